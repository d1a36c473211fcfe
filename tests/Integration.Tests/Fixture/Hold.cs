using Npgsql;
using Padron.MartenExtensions.Daemon;

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
        database, "", "insert into padron.extraction_contacts (extraction_id, ordinal, contact_id) values ($1, $2, gen_random_uuid())", extraction, ordinal);

    /// <summary>Before the event that would be this version of the stream.</summary>
    /// <remarks>Without a look at the foreign key: that would lock the stream, and who skips busy streams would skip it.</remarks>
    public static Task<Hold> BeforeEventAsync(PadronDatabase database, Guid stream, long version) => TakeAsync(
        database,
        "set local session_replication_role = replica",
        "insert into events.mt_events (seq_id, id, stream_id, version, data, type) values (-1 - (random() * 1e9)::bigint, gen_random_uuid(), $1, $2, '{}', 'held')",
        stream, version);

    /// <summary>As who writes a projection: nobody else can bring it up to date.</summary>
    public static Task<Hold> WriterOfAsync(PadronDatabase database, SqlProjection projection) => TakeAsync(
        database, "", "select from events.mt_event_progression where name = $1 for update", projection.ProgressionName);

    /// <param name="database">Whose.</param>
    /// <param name="table">Schema-qualified.</param>
    /// <param name="mode"><c>exclusive</c> lets others read, <c>access exclusive</c> does not.</param>
    public static Task<Hold> TableAsync(PadronDatabase database, string table, string mode) => TakeAsync(database, "", $"lock table {table} in {mode} mode");

    /// <summary>Returns when a statement with these words waits for this hold.</summary>
    public Task WaitedForAsync(PadronDatabase database, string words) => Eventually.TrueAsync(
        () => database.ScalarAsync<bool>(
            "select exists (select from pg_stat_activity where datname = current_database() and $1 = any (pg_blocking_pids(pid)) and position($2 in query) > 0)",
            connection.ProcessID, words),
        $"a statement with '{words}' waited");

    public ValueTask DisposeAsync() => connection.DisposeAsync(); // which rolls back

    static async Task<Hold> TakeAsync(PadronDatabase database, string first, string sql, params object[] parameters)
    {
        var holding = new NpgsqlConnection(new NpgsqlConnectionStringBuilder(database.ConnectionString) { Pooling = false }.ConnectionString);
        await holding.OpenAsync();
        await holding.BeginTransactionAsync();
        if (first.Length > 0)
        {
            await using var setting = new NpgsqlCommand(first, holding);
            await setting.ExecuteNonQueryAsync();
        }

        await using var command = new NpgsqlCommand(sql, holding);
        foreach (var parameter in parameters)
            command.Parameters.Add(new() { Value = parameter });
        await command.ExecuteNonQueryAsync();
        return new(holding);
    }
}
