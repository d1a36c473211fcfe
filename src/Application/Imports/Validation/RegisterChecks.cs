using System.Runtime.CompilerServices;
using Npgsql;
using Padron.Domain.Imports;
using Padron.Domain.Numbering;
using Padron.MartenExtensions;
using Padron.Projections.Contacts;

namespace Padron.Application.Imports.Validation;

/// <summary>The checks that need no more than the database: each one pass over the contacts of an import, in which a failure is a row.</summary>
public sealed class RegisterChecks(NpgsqlDataSource dataSource)
{
    const string CountContacts = "select count(*) from read.contact_profiles where import_id = $1";
    const string CountRejections = "select count(*) from padron.import_rejections where import_id = $1";
    // After the beginning of the import $1 and before its end. A rollback of a later one repeats its word, but names no row.
    const string CountChanges = """
        select count(*) from events.mt_events
         where seq_id > (select seq_id from events.mt_events where stream_id = $1 and version = 1)
           and seq_id < (select max(seq_id) from events.mt_events where stream_id = $1 and type = 'import_completed')
           and type = 'contact_details_changed' and data->>'importId' = $1::text and data ? 'sourceRow'
        """;

    // Whose a number is, is asked only of those that fail.
    const string SelectNumbers = "select id, phone from read.contact_states";
    const string SelectOfImport = "select id from read.contact_profiles where import_id = $1 and id = any ($2)";

    const int AskedAtOnce = 10_000;

    static readonly string Required = EmbeddedSql.Beside(typeof(RegisterChecks), "required.sql");
    static readonly string Places = EmbeddedSql.Beside(typeof(RegisterChecks), "places.sql");
    static readonly string Duplicates = EmbeddedSql.Beside(typeof(RegisterChecks), "duplicates.sql");
    static readonly string Streams = EmbeddedSql.Beside(typeof(RegisterChecks), "streams.sql");

    /// <param name="importId">The import.</param>
    /// <param name="sourceRows">Rows that the source counts.</param>
    /// <param name="tally">What the import says of them.</param>
    /// <param name="ct">Cancels the query at hand.</param>
    /// <returns>Each as soon as it is done, in the order of <see cref="ImportChecks.All"/>.</returns>
    public async IAsyncEnumerable<ImportCheck> RunAsync(Guid importId, long sourceRows, ImportTally tally, [EnumeratorCancellation] CancellationToken ct)
    {
        await using var connection = await OpenAsync(ct);
        var contacts = await CountAsync(connection, CountContacts, importId, ct);
        var expected = Math.Max(contacts, tally.Imported);
        yield return Counts(sourceRows, tally, contacts, await CountAsync(connection, CountRejections, importId, ct), await ChangesAsync(connection, importId, tally, ct));
        yield return await NumbersAsync(connection, importId, contacts, ct);
        yield return await FailuresAsync(connection, ImportChecks.Duplicates, Duplicates, contacts, ct, importId);
        yield return await FailuresAsync(
            connection, ImportChecks.Required, Required, contacts, ct, importId, Ladas.All.Where(place => place.StateCode is null).Select(place => place.Lada).ToArray());
        yield return await FailuresAsync(connection, ImportChecks.Places, Places, contacts, ct, importId, Ladas.All.Select(place => place.Lada).ToArray());
        yield return await FailuresAsync(connection, ImportChecks.Streams, Streams, expected, ct, importId, ContactsProjection.Definition.ProgressionName);
    }

    // Where no number was known before nothing can have changed, and the events of the import need not be walked through.
    static async Task<long> ChangesAsync(NpgsqlConnection connection, Guid importId, ImportTally tally, CancellationToken ct) =>
        tally.AlreadyKnown == 0 ? 0 : await CountAsync(connection, CountChanges, importId, ct);

    // A row that is missing on one side fails once, whichever of the sums shows it.
    static ImportCheck Counts(long sourceRows, ImportTally tally, long contacts, long rejections, long changes)
    {
        var sum = tally.Imported + tally.AlreadyKnown + tally.Duplicates + tally.RejectedTotal;
        (string What, long Left, long Right)[] pairs =
        [
            ("rows_of_source_and_read", sourceRows, tally.RowsRead), ("rows_read_and_accounted_for", tally.RowsRead, sum),
            ("imported_and_contacts", tally.Imported, contacts), ("rejected_and_rejections", tally.RejectedTotal, rejections),
            ("changed_and_changes", tally.DetailsChanged, changes),
        ];
        var apart = pairs.Where(pair => pair.Left != pair.Right).ToArray();
        return ImportCheck.Of(
            ImportChecks.Counts, sourceRows, apart.Sum(pair => Math.Abs(pair.Left - pair.Right)), apart.Select(pair => $"{pair.What}: {pair.Left} and {pair.Right}"));
    }

    // The import knows a number by its LADA; the evaluator has rules of its own, of Google's metadata.
    async Task<ImportCheck> NumbersAsync(NpgsqlConnection connection, Guid importId, long looked, CancellationToken ct)
    {
        var (failures, invalid) = (new Failures(), new List<Guid>());
        await using var command = Command(connection, SelectNumbers);
        await using var reader = await command.ExecuteReaderAsync(ct);
        while (await reader.ReadAsync(ct))
        {
            if (!reader.IsDBNull(1) && IsValid(reader.GetInt64(1)))
                continue;
            invalid.Add(reader.GetGuid(0));
            if (invalid.Count == AskedAtOnce)
                await AskAsync();
        }

        await AskAsync();
        return failures.Of(ImportChecks.Numbers, looked);

        async Task AskAsync()
        {
            if (invalid.Count == 0)
                return;
            await using var asking = await dataSource.OpenConnectionAsync(ct); // the other one is being read from
            await AddAsync(failures, asking, SelectOfImport, ct, importId, invalid.ToArray());
            invalid.Clear();
        }
    }

    static bool IsValid(long digits) =>
        PhoneNumber.IsInRange(digits) && InternationalNumber.Of(new PhoneNumber(digits)) is { IsValid: true, Region: "MX" };

    static async Task<ImportCheck> FailuresAsync(NpgsqlConnection connection, string name, string sql, long looked, CancellationToken ct, params object[] values)
    {
        var failures = new Failures();
        await AddAsync(failures, connection, sql, ct, values);
        return failures.Of(name, looked);
    }

    static async Task AddAsync(Failures failures, NpgsqlConnection connection, string sql, CancellationToken ct, params object[] values)
    {
        await using var command = Command(connection, sql, values);
        await using var reader = await command.ExecuteReaderAsync(ct);
        while (await reader.ReadAsync(ct))
            failures.Add(reader.GetGuid(0));
    }

    static async Task<long> CountAsync(NpgsqlConnection connection, string sql, Guid importId, CancellationToken ct)
    {
        await using var command = Command(connection, sql, importId);
        return (long)(await command.ExecuteScalarAsync(ct))!;
    }

    // Beside it the register is made searchable. Parallel workers would take from that, and need a fifth more for the same: they hand on whole events.
    async Task<NpgsqlConnection> OpenAsync(CancellationToken ct)
    {
        var connection = await dataSource.OpenConnectionAsync(ct);
        await using var serial = new NpgsqlCommand("set max_parallel_workers_per_gather = 0", connection);
        await serial.ExecuteNonQueryAsync(ct);
        return connection;
    }

    // Tens of millions of rows take minutes, and whoever waits can stop it.
    static NpgsqlCommand Command(NpgsqlConnection connection, string sql, params object[] values)
    {
        var command = new NpgsqlCommand(sql, connection) { CommandTimeout = 0 };
        foreach (var value in values)
            command.Parameters.Add(new() { Value = value });
        return command;
    }

    /// <summary>Counts what failed and keeps a few of it, though all may have.</summary>
    sealed class Failures
    {
        readonly List<string> examples = [];
        long count;

        public void Add(Guid contact)
        {
            count++;
            if (examples.Count < ImportCheck.MostExamples)
                examples.Add($"contact {contact}");
        }

        public ImportCheck Of(string name, long looked) => ImportCheck.Of(name, looked, count, examples);
    }
}
