using Npgsql;

namespace Padron.Integration.Tests.Fixture;

/// <summary>
/// What keeps a process at one step of its work until disposed, however slow the machine is: a lock on a table, or an uncommitted row
/// with the key of the one that the step inserts. Nothing of it is ever committed.
/// </summary>
sealed class Hold : IAsyncDisposable
{
    readonly NpgsqlConnection connection;

    Hold(NpgsqlConnection connection) => this.connection = connection;

    /// <summary>Before the batch of a claim that has this place in the manifest.</summary>
    public static Task<Hold> BeforeClaimAsync(PadronDatabase database, Guid extraction, int ordinal) => TakeAsync(
        database, "insert into padron.extraction_contacts (extraction_id, ordinal, contact_id) values ($1, $2, gen_random_uuid())", extraction, ordinal);

    /// <summary>Before the event that would be this version of the stream.</summary>
    public static Task<Hold> BeforeEventAsync(PadronDatabase database, Guid stream, long version) => TakeAsync(
        database,
        "insert into events.mt_events (seq_id, id, stream_id, version, data, type) values (-1 - (random() * 1e9)::bigint, gen_random_uuid(), $1, $2, '{}', 'held')",
        stream, version);

    /// <param name="database">Whose.</param>
    /// <param name="table">Schema-qualified.</param>
    /// <param name="mode"><c>exclusive</c> lets others read, <c>access exclusive</c> does not.</param>
    public static Task<Hold> TableAsync(PadronDatabase database, string table, string mode) => TakeAsync(database, $"lock table {table} in {mode} mode");

    /// <summary>Returns when a statement with these words waits for this hold.</summary>
    public Task WaitedForAsync(PadronDatabase database, string words) => Eventually.TrueAsync(
        () => database.ScalarAsync<bool>(
            "select exists (select from pg_stat_activity where datname = current_database() and $1 = any (pg_blocking_pids(pid)) and position($2 in query) > 0)",
            connection.ProcessID, words),
        $"a statement with '{words}' waited");

    public ValueTask DisposeAsync() => connection.DisposeAsync(); // which rolls back

    static async Task<Hold> TakeAsync(PadronDatabase database, string sql, params object[] parameters)
    {
        var holding = new NpgsqlConnection(new NpgsqlConnectionStringBuilder(database.ConnectionString) { Pooling = false }.ConnectionString);
        await holding.OpenAsync();
        await holding.BeginTransactionAsync();
        await using var command = new NpgsqlCommand(sql, holding);
        foreach (var parameter in parameters)
            command.Parameters.Add(new() { Value = parameter });
        await command.ExecuteNonQueryAsync();
        return new(holding);
    }
}
