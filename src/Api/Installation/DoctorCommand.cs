using System.CommandLine;
using System.Runtime.InteropServices;
using Npgsql;
using Padron.Adapters.Contacts;
using Padron.Adapters.Postgres;
using Padron.Adapters.Redis;
using Padron.Api.Cli;
using Padron.Api.Configuration;
using Padron.Application;
using Padron.Application.Caching;
using Padron.Application.Imports.Watching;
using Padron.Application.Numbering;
using Padron.MartenExtensions;

namespace Padron.Api.Installation;

enum CheckResult
{
    Ok,

    /// <summary>Padrón runs without it, but not as well.</summary>
    Advice,
    Missing,

    /// <summary>Could not be looked at, because something before it is missing.</summary>
    Skipped,
}

/// <summary>One thing an installation needs.</summary>
/// <param name="Name">What was looked at.</param>
/// <param name="Result">How it is.</param>
/// <param name="Finding">What is there, or what to do.</param>
sealed record Check(string Name, CheckResult Result, string Finding);

/// <summary><c>padron doctor</c>: says what the machine has and lacks, and changes nothing.</summary>
static class DoctorCommand
{
    const long ComfortableBytes = 2L << 30;

    public static Command Create() => CliCommand.CreateBare("doctor", "Check what this machine has and lacks. Changes nothing.", [], RunAsync);

    static async Task RunAsync(Terminal terminal, ParseResult parsed, CancellationToken ct)
    {
        var settings = PadronSettings.Read();
        var checks = new List<Check> { new(".NET", CheckResult.Ok, RuntimeInformation.FrameworkDescription) };
        checks.Add(CheckNames());
        checks.Add(Try("PostgreSQL programs", settings.Database.IsPrivate, () =>
        {
            var binaries = PostgresBinaries.Find();
            return $"PostgreSQL {binaries.Major} in {binaries.Directory}";
        }));
        checks.Add(CheckSpace(settings.DataDirectory));
        checks.Add(Try("contact key", true, () => $"{settings.ContactKeyFile}, fingerprint {ContactKeyFile.Read(settings.ContactKeyFile).Fingerprint[..12]}"));
        checks.AddRange(await CheckDatabaseAsync(settings, ct));
        if (settings.Cache.Redis is { } redis)
            checks.Add(await CheckRedisAsync(redis, ct));

        terminal.Result(checks, t => t.Table(
            ["", "check", "finding"],
            checks.Select(check => (IReadOnlyList<string>)[check.Result switch { CheckResult.Ok => "ok", CheckResult.Advice => "!", CheckResult.Missing => "NO", _ => "-" }, check.Name, check.Finding])));
        if (checks.Any(check => check.Result is CheckResult.Missing))
            throw new PostgresUnavailableException("Something is missing: see the lines marked NO.");
    }

    // A name that is misspelt is the one mistake in a setting that reading it can't find.
    static Check CheckNames()
    {
        var unknown = Environment.GetEnvironmentVariables().Keys.Cast<string>()
            .Where(name => name.StartsWith(Setting.Prefix, StringComparison.Ordinal))
            .Except([.. Setting.All.Select(setting => setting.Variable), .. Setting.All.Where(setting => setting.Attribute.Secret).Select(setting => Setting.Prefix + setting.FileName), "PADRON_PG_BIN", "PADRON_TEST_DATABASE"])
            .Order(StringComparer.Ordinal).ToArray();
        return unknown.Length == 0
            ? new("settings", CheckResult.Ok, "`padron settings` shows them")
            : new("settings", CheckResult.Advice, $"set, and no setting: {string.Join(", ", unknown)}; `padron settings` lists what is");
    }

    static async Task<IReadOnlyList<Check>> CheckDatabaseAsync(PadronSettings settings, CancellationToken ct)
    {
        if (settings.Database.IsPrivate && !Directory.Exists(Path.Combine(settings.DataDirectory, "pg")))
            return [new("database", CheckResult.Missing, "not made yet: run `padron init`"), new("schema", CheckResult.Skipped, ""), new("numbering plan", CheckResult.Skipped, "")];
        try
        {
            await using var session = await Session.AttachAsync(settings, configure: null, ct);
            var dataSource = session.Get<NpgsqlDataSource>();
            await using var command = dataSource.CreateCommand("select current_setting('server_version'), current_setting('server_version_num')::integer >= 150000");
            await using var reader = await command.ExecuteReaderAsync(ct);
            await reader.ReadAsync(ct);
            var database = reader.GetBoolean(1)
                ? new Check("database", CheckResult.Ok, $"PostgreSQL {reader.GetString(0)} answers ({(settings.Database.IsPrivate ? $"private, {settings.DataDirectory}" : "PADRON_DATABASE")})")
                : new Check("database", CheckResult.Missing, $"PostgreSQL {reader.GetString(0)} is too old: 15 or newer is needed");
            await reader.DisposeAsync();
            var schema = await CheckSchemaAsync(dataSource, ct);
            var plan = schema.Result is CheckResult.Ok ? await session.Get<NumberingPlanStore>().InfoAsync(ct) : null;
            return
            [
                database,
                schema,
                schema.Result is not CheckResult.Ok ? new("numbering plan", CheckResult.Skipped, "")
                : plan is null ? new("numbering plan", CheckResult.Advice, "none loaded, so no line can be verified: `padron numbering load FILE.csv`")
                : new("numbering plan", CheckResult.Ok, $"{plan.Version} of {plan.FileName}, {Terminal.Number(plan.Blocks)} blocks, loaded {Terminal.Time(plan.LoadedAt)}"),
                .. settings.Database.IsPrivate ? [] : await ProposeAsync(session, settings, ct),
            ];
        }
        catch (Exception error) when (error is NpgsqlException or PostgresUnavailableException)
        {
            return [new("database", CheckResult.Missing, error.Message), new("schema", CheckResult.Skipped, ""), new("numbering plan", CheckResult.Skipped, "")];
        }
    }

    static async Task<IReadOnlyList<Check>> ProposeAsync(Session session, PadronSettings settings, CancellationToken ct)
    {
        var isHere = await session.Get<ServerDisk>().ReadAsync(ct) is not null;
        var proposals = await ServerProposals.ReadAsync(
            session.Get<NpgsqlDataSource>(), isHere ? GC.GetGCMemoryInfo().TotalAvailableMemoryBytes : null, settings.Database.PoolMax, ct);
        return proposals is [] ? [new("server", CheckResult.Ok, "its settings are those that were measured to be good")] : proposals;
    }

    static async Task<Check> CheckSchemaAsync(NpgsqlDataSource dataSource, CancellationToken ct)
    {
        var installer = new SchemaInstaller(dataSource);
        if (await installer.VersionsAsync(ct) is not { } installed)
            return new("schema", CheckResult.Missing, "not installed: run `padron init`");
        try
        {
            var lacking = await installer.MissingAsync(PadronEvents.Schema, ct);
            return lacking.Count == 0
                ? new("schema", CheckResult.Ok, string.Join(", ", installed.Select(component => $"{component.Key} {component.Value}")))
                : new("schema", CheckResult.Ok, $"{lacking.Count} scripts behind this program: the next command brings it up to date");
        }
        catch (SchemaMismatchException error)
        {
            return new("schema", CheckResult.Missing, error.Message);
        }
    }

    static async Task<Check> CheckRedisAsync(string redis, CancellationToken ct)
    {
        await using var cache = new RedisCache(RedisCache.Parse(redis), installation: "doctor", TimeProvider.System) { Patience = TimeSpan.FromSeconds(2) };
        try
        {
            await cache.PingAsync(ct);
            return new("Redis", CheckResult.Ok, "answers (PADRON_REDIS)");
        }
        catch (SharedCacheUnavailableException error)
        {
            return new("Redis", CheckResult.Advice, $"{error.Message} Everything works without it, and counts are computed each time: start it, correct PADRON_REDIS or unset it");
        }
    }

    static Check CheckSpace(string directory)
    {
        // The data directory may not exist yet; the disk it will be on does.
        var existing = directory;
        while (!Directory.Exists(existing))
            existing = Path.GetDirectoryName(existing)!;
        var free = new DriveInfo(existing).AvailableFreeSpace;
        return free >= ComfortableBytes
            ? new("disk", CheckResult.Ok, $"{Terminal.Number(free >> 30)} GB free at {existing}; a contact takes about 2.2 kB")
            : new("disk", CheckResult.Missing, $"only {Terminal.Number(free >> 20)} MB free at {existing}: a contact takes about 2.2 kB, and PostgreSQL needs room for its log");
    }

    static Check Try(string name, bool needed, Func<string> find)
    {
        try
        {
            return new(name, CheckResult.Ok, needed ? find() : "not needed: PADRON_DATABASE names a server");
        }
        catch (Exception error) when (error is PostgresUnavailableException or FileNotFoundException or FormatException)
        {
            return new(name, CheckResult.Missing, error.Message);
        }
    }
}
