using System.Runtime.CompilerServices;
using Npgsql;
using Padron.Domain.Imports;
using Padron.Domain.Numbering;
using Padron.EventStore;
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

    const string SelectNumbers = "select s.id, s.phone from read.contact_profiles p join read.contact_states s using (id) where p.import_id = $1";

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
        var contacts = await CountAsync(CountContacts, importId, ct);
        var expected = Math.Max(contacts, tally.Imported);
        yield return Counts(sourceRows, tally, contacts, await CountAsync(CountRejections, importId, ct), await ChangesAsync(importId, tally, ct));
        yield return await NumbersAsync(importId, ct);
        yield return await FailuresAsync(ImportChecks.Duplicates, Duplicates, contacts, ct, importId);
        yield return await FailuresAsync(
            ImportChecks.Required, Required, contacts, ct, importId, Ladas.All.Where(place => place.StateCode is null).Select(place => place.Lada).ToArray());
        yield return await FailuresAsync(ImportChecks.Places, Places, contacts, ct, importId, Ladas.All.Select(place => place.Lada).ToArray());
        yield return await FailuresAsync(ImportChecks.Streams, Streams, expected, ct, importId, ContactsProjection.Definition.ProgressionName);
    }

    // Where no number was known before nothing can have changed, and the events of the import need not be walked through.
    async Task<long> ChangesAsync(Guid importId, ImportTally tally, CancellationToken ct) =>
        tally.AlreadyKnown == 0 ? 0 : await CountAsync(CountChanges, importId, ct);

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
    async Task<ImportCheck> NumbersAsync(Guid importId, CancellationToken ct)
    {
        var (looked, failures) = (0L, new Failures());
        await using var command = Command(SelectNumbers, importId);
        await using var reader = await command.ExecuteReaderAsync(ct);
        while (await reader.ReadAsync(ct))
        {
            looked++;
            if (await reader.IsDBNullAsync(1, ct) || !IsValid(reader.GetInt64(1)))
                failures.Add(reader.GetGuid(0));
        }

        return failures.Of(ImportChecks.Numbers, looked);
    }

    static bool IsValid(long digits) =>
        PhoneNumber.IsInRange(digits) && InternationalNumber.Of(new PhoneNumber(digits)) is { IsValid: true, Region: "MX" };

    async Task<ImportCheck> FailuresAsync(string name, string sql, long looked, CancellationToken ct, params object[] values)
    {
        var failures = new Failures();
        await using var command = Command(sql, values);
        await using var reader = await command.ExecuteReaderAsync(ct);
        while (await reader.ReadAsync(ct))
            failures.Add(reader.GetGuid(0));
        return failures.Of(name, looked);
    }

    async Task<long> CountAsync(string sql, Guid importId, CancellationToken ct)
    {
        await using var command = Command(sql, importId);
        return (long)(await command.ExecuteScalarAsync(ct))!;
    }

    // Tens of millions of rows take minutes, and whoever waits can stop it.
    NpgsqlCommand Command(string sql, params object[] values)
    {
        var command = dataSource.CreateCommand(sql);
        command.CommandTimeout = 0;
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
