using Microsoft.Extensions.Logging.Console;
using Npgsql;
using Padron.Adapters.Contacts;
using Padron.Adapters.Postgres;
using Padron.Api.Cli;
using Padron.Api.Configuration;
using Padron.Application.Installation;
using Padron.Domain;
using Padron.MartenExtensions.Daemon;

namespace Padron.Api;

/// <summary>One command's connection to the installation: its server, its services, and the order in which they end.</summary>
sealed class Session : IAsyncDisposable
{
    readonly PrivateCluster? cluster;
    readonly NpgsqlDataSource dataSource;
    readonly ServiceProvider services;

    Session(PadronSettings settings, PrivateCluster? cluster, NpgsqlDataSource dataSource, ServiceProvider services) =>
        (Settings, this.cluster, this.dataSource, this.services) = (settings, cluster, dataSource, services);

    public PadronSettings Settings { get; }

    public T Get<T>()
        where T : notnull => services.GetRequiredService<T>();

    /// <summary>Opens an installation that <c>padron init</c> made, and upgrades its schema where this program is newer.</summary>
    /// <exception cref="RuleViolationException"><c>not_initialised</c>, <c>wrong_contact_key</c></exception>
    public static async Task<Session> OpenAsync(CancellationToken ct)
    {
        var settings = PadronSettings.Read();
        if (settings.Database.IsPrivate && !Directory.Exists(settings.DataDirectory))
            throw NotInitialised();
        var session = await AttachAsync(settings, services => services.AddContacts(ContactKeyFile.Read(settings.ContactKeyFile)), ct);
        try
        {
            if (!await session.Get<Installer>().IsInstalledAsync(ct))
                throw NotInitialised();
            await session.Get<Installer>().InstallAsync(session.Get<Domain.Contacts.ContactKey>(), Console.Error.WriteLine, ct);
            return session;
        }
        catch
        {
            await session.DisposeAsync();
            throw;
        }
    }

    /// <summary>Attaches to the server without asking anything of the database.</summary>
    public static async Task<Session> AttachAsync(PadronSettings settings, Action<IServiceCollection>? configure, CancellationToken ct)
    {
        // What goes wrong without failing the command is said on standard error, and results stay alone on standard output.
        var registrations = new ServiceCollection();
        registrations.AddLogging(logging => logging.AddSimpleConsole().SetMinimumLevel(LogLevel.Warning));
        registrations.Configure<ConsoleLoggerOptions>(console => console.LogToStandardErrorThreshold = LogLevel.Trace);
        configure?.Invoke(registrations);
        var server = settings.Database.IsPrivate
            ? await PrivateCluster.AttachAsync(new PrivateClusterOptions(settings.DataDirectory) { StartTimeout = settings.Database.StartTimeout }, ct)
            : null;
        var connection = settings.Database.Connect(server?.ConnectionString ?? settings.Database.ConnectionString!);
        var pool = NpgsqlDataSource.Create(connection);
        registrations.AddImports(new(connection.ConnectionString));
        var registered = registrations.AddPadron(pool, settings.Reserve.ForImports(), settings.Availability.Thresholds, settings.Projections.DeadLetters);
        return new(settings, server, pool, registered.BuildServiceProvider());
    }

    /// <summary>Brings the read models up to date, so that a command sees what was written before it.</summary>
    public async Task CatchUpAsync(Terminal terminal, CancellationToken ct)
    {
        var catchUp = Get<CatchUp>();
        var behind = await catchUp.BehindAsync(ct);
        if (behind == 0)
            return;
        var upToDate = behind > SqlProjection.DefaultPageSize
            ? await terminal.ShowProgressAsync("Projecting events", "events", bar => catchUp.RunAsync(Settings.ReadModels.Patience, bar.OfPages(), ct))
            : await catchUp.RunAsync(Settings.ReadModels.Patience, progress: null, ct);
        if (!upToDate)
            terminal.Warn("The read models are behind: another process is writing them, or one is paused or stopped. `padron projections status` shows which, and by how much.");
    }

    public async ValueTask DisposeAsync()
    {
        await services.DisposeAsync();
        await dataSource.DisposeAsync();
        if (cluster is not null)
            await cluster.DisposeAsync();
    }

    static RuleViolationException NotInitialised() => new("not_initialised", "Nothing is set up here yet: run `padron init` first.");
}
