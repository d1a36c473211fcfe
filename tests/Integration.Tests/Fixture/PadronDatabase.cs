using Microsoft.Extensions.DependencyInjection;
using Npgsql;
using Padron.Api;
using Padron.Application;
using Padron.Application.Contacts;
using Padron.Application.Imports.Watching;
using Padron.Application.Installation;
using Padron.Domain.Contacts;
using Padron.Domain.Numbering;
using Padron.MartenExtensions;
using Padron.MartenExtensions.Bulk;
using Padron.MartenExtensions.Daemon;
using Padron.Projections.Rebuilds;

namespace Padron.Integration.Tests.Fixture;

/// <summary>A database of its own with Padrón's schema, and the product's services over it. One for each class (<c>IClassFixture</c>) or test.</summary>
public sealed class PadronDatabase : IAsyncLifetime
{
    readonly (string Name, Func<PadronDatabase, Task> Fill)? content;
    readonly int? readVersion;
    readonly List<NpgsqlDataSource> processes = [];
    ServiceProvider? services;

    public PadronDatabase()
    {
    }

    PadronDatabase(string name, Func<PadronDatabase, Task> fill) => content = (name, fill);

    PadronDatabase(int readVersion) => this.readVersion = readVersion;

    /// <summary>The same in every test, so that a contact's id can be told from its number.</summary>
    public static ContactKey Key { get; } = new([.. Enumerable.Range(1, ContactKey.Size).Select(i => (byte)i)]);

    /// <summary>Tests run on full machines too.</summary>
    public static RoomReserve NoReserve { get; } = new(DiskBytes: 0, DiskPercent: 0, MemoryBytes: 0);

    public string ConnectionString { get; private set; } = "";

    public NpgsqlDataSource DataSource => Get<NpgsqlDataSource>();

    public EventSessions Store => Get<EventSessions>();

    public ContactStreams Contacts => Get<ContactStreams>();

    public CatchUp CatchUp => Get<CatchUp>();

    public ProjectionStatuses Statuses => Get<ProjectionStatuses>();

    public ProjectionRebuild Rebuild => Get<ProjectionRebuild>();

    public T Get<T>()
        where T : notnull => services!.GetRequiredService<T>();

    /// <summary>A copy of a database that is filled once a run.</summary>
    /// <param name="name">Of letters, digits and underscores.</param>
    /// <param name="fill">Given a database with the schema.</param>
    public static PadronDatabase CopyOf(string name, Func<PadronDatabase, Task> fill) => new(name, fill);

    /// <summary>An older database, for tests of what an upgrade does; <see cref="UpgradeAsync"/> makes it a present one.</summary>
    /// <param name="version">Of the read models' schema; inclusive.</param>
    public static PadronDatabase OfReadSchema(int version) => new(version);

    public async Task InitializeAsync()
    {
        if (readVersion is { } version)
        {
            Open(await PostgresServer.CreateDatabaseAsync());
            await new SchemaInstaller(DataSource).InstallAsync([.. Get<Installer>().Schema().Where(script => script.Component != "read" || script.Version <= version)]);
            await LaterIndexes.BuildAsync(DataSource, progress: null);
            return;
        }

        var template = await PostgresServer.TemplateAsync(content?.Name ?? "padron", async connectionString =>
        {
            await using (var dataSource = NpgsqlDataSource.Create(connectionString))
                await new Installer(dataSource).InstallAsync(Key);
            if (content is not { Fill: { } fill })
                return;
            var filled = new PadronDatabase();
            filled.Open(connectionString);
            await fill(filled);
            await filled.services!.DisposeAsync();
        });
        Open(await PostgresServer.CreateDatabaseAsync(template));
    }

    void Open(string connectionString)
    {
        ConnectionString = connectionString;
        services = new ServiceCollection().AddPadron(NpgsqlDataSource.Create(connectionString), NoReserve).AddContacts(Key).AddImports(new(connectionString)).BuildServiceProvider();
    }

    /// <summary>A data source as a process of its own has it: its sessions can be told from those of others.</summary>
    public NpgsqlDataSource NewProcess()
    {
        var process = NpgsqlDataSource.Create(new NpgsqlConnectionStringBuilder(ConnectionString) { ApplicationName = LeaderWatch.NewProcessName("test") });
        processes.Add(process);
        return process;
    }

    public async Task DisposeAsync()
    {
        foreach (var process in processes)
            await process.DisposeAsync();
        await services!.DisposeAsync();
        await PostgresServer.DropDatabaseAsync(ConnectionString);
    }

    public Task UpgradeAsync() => Get<Installer>().InstallAsync(Key);

    /// <summary>Applies everything appended so far to every read model.</summary>
    public async Task CatchUpAsync() => (await CatchUp.RunAsync(TimeSpan.FromSeconds(30))).ShouldBeTrue();

    /// <summary>The same for one projection, in pages of a size.</summary>
    public async Task CatchUpAsync(SqlProjection projection, int pageSize) =>
        (await CatchUp.RunAsync(projection.With(RegisterStore.MostPoisonedStreams, pageSize), TimeSpan.FromSeconds(30))).ShouldBeTrue();

    public async Task<T> ScalarAsync<T>(string sql, params object[] parameters)
    {
        await using var command = DataSource.CreateCommand(sql);
        foreach (var parameter in parameters)
            command.Parameters.Add(new() { Value = parameter });
        return (T)(await command.ExecuteScalarAsync())!;
    }

    public async Task ExecuteAsync(string sql, params object[] parameters)
    {
        await using var command = DataSource.CreateCommand(sql);
        foreach (var parameter in parameters)
            command.Parameters.Add(new() { Value = parameter });
        await command.ExecuteNonQueryAsync();
    }

    /// <summary>Every row of a query as text, sorted: to compare two tables.</summary>
    public async Task<IReadOnlyList<string>> RowsAsync(string query)
    {
        await using var command = DataSource.CreateCommand($"select row_to_json(r)::text from ({query}) r order by 1");
        await using var reader = await command.ExecuteReaderAsync();
        var rows = new List<string>();
        while (await reader.ReadAsync())
            rows.Add(reader.GetString(0));
        return rows;
    }

    /// <summary>Imports contacts without a file: registered, and verified as mobiles.</summary>
    public async Task<IReadOnlyList<PhoneNumber>> GivenVerifiedAsync(int count, long firstNational = 5510000000, string stateCode = "CDMX", string? city = "Ciudad de México")
    {
        var at = new DateTimeOffset(2026, 1, 1, 0, 0, 0, TimeSpan.Zero);
        var import = Guid.CreateVersion7();
        var phones = Enumerable.Range(0, count).Select(i => PhoneNumber.Mexican(firstNational + i)).ToArray();
        foreach (var batch in phones.Chunk(10_000))
        {
            var appends = batch.Select((phone, row) =>
            {
                var command = new ImportContact(
                    phone, LadaInferred: false, new ContactDetails(FullName: $"PRUEBA {phone}", StateCode: stateCode, City: city, Municipality: city), MarkedInvalid: false,
                    new NumberingBlock(phone.MexicanNational, phone.MexicanNational, LineType.Mobile, "TELCEL"), "pnn-test", import, row, at);
                return new StreamAppend(Key.IdOf(phone), 0, ContactDecider.Decide(command, Contact.Stranger));
            }).ToArray();
            (await Store.AppendManyAsync(appends, EventMetadata.None)).Conflicts.ShouldBeEmpty();
        }

        return phones;
    }
}
