using System.Diagnostics;
using System.Globalization;
using System.IO.Compression;
using System.Text.Json;
using JasperFx;
using JasperFx.Events;
using Marten;
using Npgsql;
using Weasel.Core;

namespace Padron.StockMarten.Tests;

/// <summary>A register of before the move to Marten, upgraded by the program of today, and another application's store over it.</summary>
public sealed class UpgradedRegister : IAsyncLifetime
{
    readonly Dictionary<string, string> settings = [];
    readonly JsonElement before = JsonDocument.Parse(File.ReadAllText(PathOf("json"))).RootElement;
    Server? server;
    DocumentStore? store;

    internal IDocumentStore Store => store!;

    public async Task InitializeAsync()
    {
        server = await Server.StartAsync();
        try
        {
            var database = await server.CreateDatabaseAsync("register");
            await RestoreAsync(database);
            settings["PADRON_DATABASE"] = database.ConnectionString;
            settings["PADRON_CONTACT_KEY_FILE"] = server.PathOf("register.key");
            File.Copy(PathOf("key"), server.PathOf("register.key"));
            File.SetUnixFileMode(server.PathOf("register.key"), UnixFileMode.UserRead | UnixFileMode.UserWrite);
            await AskAsync("init");
            store = DocumentStore.For(options => Configure(options, database.ConnectionString));
        }
        catch
        {
            await DisposeAsync(); // xunit does not, of a fixture that never began
            throw;
        }
    }

    public async Task DisposeAsync()
    {
        if (store is not null)
            await store.DisposeAsync();
        NpgsqlConnection.ClearAllPools();
        if (server is not null)
            await server.DisposeAsync();
    }

    internal Task<JsonElement> AskAsync(params IEnumerable<string> command) => PadronProgram.AskAsync(settings, command);

    /// <summary>A contact that went through these events and no others.</summary>
    internal string PhoneOf(params IEnumerable<string> types) =>
        before.GetProperty("histories").EnumerateArray().First(contact => Types(contact).SequenceEqual(types))
            .GetProperty("phone").GetString()!;

    internal async Task<Guid> IdOfAsync(string phone) => (await AskAsync("contact", "show", phone)).GetProperty("id").GetGuid();

    /// <summary>As src/MartenExtensions/MartenSettings.cs sets a store, written out again, as any Marten application would do.</summary>
    static void Configure(StoreOptions options, string connectionString)
    {
        options.Connection(connectionString);
        options.UseSystemTextJsonForSerialization(EnumStorage.AsString, Casing.CamelCase);
        options.DatabaseSchemaName = "events";
        options.Events.DatabaseSchemaName = "events";
        options.Events.StreamIdentity = StreamIdentity.AsGuid;
        options.Events.MetadataConfig.EnableAll();
        options.Events.MetadataConfig.UserNameEnabled = true;
        options.Events.AppendMode = EventAppendMode.QuickWithServerTimestamps;
        options.Events.UseExclusiveLockOnConcurrentAppends = true;
        options.Events.EnableExtendedProgressionTracking = true;
        options.AutoCreateSchemaObjects = AutoCreate.None; // the schema is Padrón's to change
        options.DisableNpgsqlLogging = true;
        options.Events.AddEventTypes(
        [
            typeof(ContactImported), typeof(ContactVerified), typeof(ContactExtracted), typeof(ContactReleased), typeof(ContactSent),
            typeof(ContactOptedOut),
        ]);
        options.Projections.LiveStreamAggregation<ContactSeen>(); // otherwise Marten wants a table for it
        foreach (var types in new[] { "work", "validations", "phases", "abandonments", "segments" })
            options.Events.IgnoreIndex($"mt_events_of_{types}"); // Padrón's own
    }

    static IEnumerable<string?> Types(JsonElement contact) =>
        contact.GetProperty("history").EnumerateArray().Select(entry => entry.GetProperty("type").GetString());

    static string PathOf(string extension) => PadronProgram.PathOf($"tests/Integration.Tests/Upgrades/register-before-marten.{extension}");

    static async Task RestoreAsync(NpgsqlConnectionStringBuilder database)
    {
        var programs = Environment.GetEnvironmentVariable("PADRON_PG_BIN") ?? "";
        var start = new ProcessStartInfo(
            Path.Combine(programs, "psql"), ["--no-psqlrc", "--quiet", "--single-transaction", "--set=ON_ERROR_STOP=1"])
        {
            UseShellExecute = false,
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        (start.Environment["PGHOST"], start.Environment["PGPORT"]) = (database.Host, database.Port.ToString(CultureInfo.InvariantCulture));
        (start.Environment["PGUSER"], start.Environment["PGDATABASE"]) = (database.Username, database.Database);
        start.Environment["PGGSSENCMODE"] = "disable"; // it complains where Kerberos is not set up
        using var psql = Process.Start(start)!;
        var end = PadronProgram.EndAsync(psql);
        await using (var file = File.OpenRead(PathOf("sql.gz")))
        await using (var sql = new GZipStream(file, CompressionMode.Decompress))
            await sql.CopyToAsync(psql.StandardInput.BaseStream);
        psql.StandardInput.Close();
        await end;
    }
}
