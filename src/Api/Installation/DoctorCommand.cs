using System.CommandLine;
using System.Runtime.InteropServices;
using Npgsql;
using Padron.Adapters.Contacts;
using Padron.Adapters.Postgres;
using Padron.Api.Cli;
using Padron.Application;
using Padron.Application.Numbering;
using Padron.EventStore;

namespace Padron.Api.Installation;

/// <summary>One thing an installation needs.</summary>
/// <param name="Name">What was looked at.</param>
/// <param name="Passed">Null: could not be looked at, because something before it failed.</param>
/// <param name="Finding">What is there, or what to do.</param>
sealed record Check(string Name, bool? Passed, string Finding);

/// <summary><c>padron doctor</c>: says what the machine has and lacks, and changes nothing.</summary>
static class DoctorCommand
{
    const long ComfortableBytes = 2L << 30;

    public static Command Create() => CliCommand.CreateBare("doctor", "Check what this machine has and lacks. Changes nothing.", [], RunAsync);

    static async Task RunAsync(Terminal terminal, ParseResult parsed, CancellationToken ct)
    {
        var settings = PadronSettings.Read();
        var checks = new List<Check> { new(".NET", true, RuntimeInformation.FrameworkDescription) };
        checks.Add(Try("PostgreSQL programs", settings.Database is null, () =>
        {
            var binaries = PostgresBinaries.Find();
            return $"PostgreSQL {binaries.Major} in {binaries.Directory}";
        }));
        checks.Add(CheckSpace(settings.DataDirectory));
        checks.Add(Try("contact key", true, () => $"{settings.ContactKeyFile}, fingerprint {ContactKeyFile.Read(settings.ContactKeyFile).Fingerprint[..12]}"));
        checks.AddRange(await CheckDatabaseAsync(settings, ct));

        terminal.Result(checks, t => t.Table(
            ["", "check", "finding"],
            checks.Select(check => (IReadOnlyList<string>)[check.Passed switch { true => "ok", false => "NO", null => "-" }, check.Name, check.Finding])));
        if (checks.Any(check => check.Passed is false))
            throw new PostgresUnavailableException("Something is missing: see the lines marked NO.");
    }

    static async Task<IReadOnlyList<Check>> CheckDatabaseAsync(PadronSettings settings, CancellationToken ct)
    {
        if (settings.Database is null && !Directory.Exists(Path.Combine(settings.DataDirectory, "pg")))
            return [new("database", false, "not made yet: run `padron init`"), new("schema", null, ""), new("numbering plan", null, "")];
        try
        {
            await using var session = await Session.AttachAsync(settings, configure: null, ct);
            var dataSource = session.Get<NpgsqlDataSource>();
            await using var command = dataSource.CreateCommand("select current_setting('server_version'), current_setting('server_version_num')::integer >= 150000");
            await using var reader = await command.ExecuteReaderAsync(ct);
            await reader.ReadAsync(ct);
            var database = reader.GetBoolean(1)
                ? new Check("database", true, $"PostgreSQL {reader.GetString(0)} answers ({(settings.Database is null ? $"private, {settings.DataDirectory}" : "PADRON_DATABASE")})")
                : new Check("database", false, $"PostgreSQL {reader.GetString(0)} is too old: 15 or newer is needed");
            var schema = await CheckSchemaAsync(dataSource, ct);
            var plan = schema.Passed is true ? await session.Get<NumberingPlanStore>().InfoAsync(ct) : null;
            return
            [
                database,
                schema,
                schema.Passed is not true ? new("numbering plan", null, "")
                : plan is null ? new("numbering plan", false, "none loaded, so no line can be verified: `padron numbering load FILE.csv`")
                : new("numbering plan", true, $"{plan.Version} of {plan.FileName}, {Terminal.Number(plan.Blocks)} blocks, loaded {Terminal.Time(plan.LoadedAt)}"),
            ];
        }
        catch (Exception error) when (error is NpgsqlException or PostgresUnavailableException)
        {
            return [new("database", false, error.Message), new("schema", null, ""), new("numbering plan", null, "")];
        }
    }

    static async Task<Check> CheckSchemaAsync(NpgsqlDataSource dataSource, CancellationToken ct)
    {
        if (await new SchemaInstaller(dataSource).VersionsAsync(ct) is not { } installed)
            return new("schema", false, "not installed: run `padron init`");
        var lacking = PadronEvents.Schema.Where(script => script.Version > installed.GetValueOrDefault(script.Component)).ToArray();
        return lacking.Length == 0
            ? new("schema", true, string.Join(", ", installed.Select(component => $"{component.Key} {component.Value}")))
            : new("schema", true, $"{lacking.Length} scripts behind this program: the next command brings it up to date");
    }

    static Check CheckSpace(string directory)
    {
        // The data directory may not exist yet; the disk it will be on does.
        var existing = directory;
        while (!Directory.Exists(existing))
            existing = Path.GetDirectoryName(existing)!;
        var free = new DriveInfo(existing).AvailableFreeSpace;
        return free >= ComfortableBytes
            ? new("disk", true, $"{Terminal.Number(free >> 30)} GB free at {existing}; a contact takes about 1.4 kB")
            : new("disk", false, $"only {Terminal.Number(free >> 20)} MB free at {existing}: a contact takes about 1.4 kB, and PostgreSQL needs room for its log");
    }

    static Check Try(string name, bool needed, Func<string> find)
    {
        try
        {
            return new(name, true, needed ? find() : "not needed: PADRON_DATABASE names a server");
        }
        catch (Exception error) when (error is PostgresUnavailableException or FileNotFoundException or FormatException)
        {
            return new(name, false, error.Message);
        }
    }
}
