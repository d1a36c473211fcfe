using Npgsql;
using Padron.Projections.Contacts;

namespace Padron.Application.Availability;

/// <summary>
/// What counts were computed from. Whatever changes <c>contact_counts</c> writes the progression of its projection in the same transaction, and the
/// transaction that last wrote a row is in its <c>xmin</c>: among all transactions between two starts of a server there is no other of that number.
/// </summary>
public sealed class AvailabilityVersion(NpgsqlDataSource dataSource)
{
    const string Server = "extract(epoch from pg_postmaster_start_time())::text";

    // The position says nothing that xmin does not, but it can be read.
    const string Counts = "(select coalesce(max(last_seq_id || ' ' || xmin::text), 'none') from events.mt_event_progression where name = $1)";

    /// <summary>Of the counts.</summary>
    public Task<string> OfCountsAsync(CancellationToken ct = default) => ReadAsync($"select {Server} || ' ' || {Counts}", ct);

    /// <summary>Of the counts and of the ranking of LADAs, a small table that is read to its end: a row that somebody corrects by hand is seen too.</summary>
    public Task<string> OfPremiumAsync(CancellationToken ct = default) => ReadAsync(
        $"select {Server} || ' ' || {Counts} || ' ' || (select count(*) || ' ' || coalesce(max(xmin::text::bigint), 0) from padron.mejores_ladas)", ct);

    async Task<string> ReadAsync(string sql, CancellationToken ct)
    {
        await using var command = dataSource.CreateCommand(sql);
        command.Parameters.Add(new() { Value = ContactsProjection.Definition.ProgressionName });
        return (string)(await command.ExecuteScalarAsync(ct))!;
    }
}
