using Marten;
using Npgsql;
using Padron.MartenExtensions;

namespace Padron.Integration.Tests.MartenExtensions;

/// <summary>An append held open between its statements, on a connection of its own that no pool sees.</summary>
sealed class OpenTransaction : IAsyncDisposable
{
    readonly NpgsqlConnection connection;
    readonly NpgsqlTransaction transaction;

    OpenTransaction(NpgsqlConnection connection, NpgsqlTransaction transaction) =>
        (this.connection, this.transaction) = (connection, transaction);

    public int Pid => connection.ProcessID;

    public IDocumentSession SessionOf(EventSessions store) => store.On(transaction);

    public static async Task<OpenTransaction> BeginAsync(string connectionString)
    {
        var own = new NpgsqlConnection(new NpgsqlConnectionStringBuilder(connectionString) { Pooling = false }.ConnectionString);
        await own.OpenAsync();
        return new OpenTransaction(own, await own.BeginTransactionAsync());
    }

    /// <summary>Draws a position and inserts an event there.</summary>
    public async Task<long> AppendAsync(string item)
    {
        var position = await DrawAsync();
        await InsertAsync(position, item);
        return position;
    }

    public async Task<long> DrawAsync()
    {
        await using var command = new NpgsqlCommand("select nextval('events.mt_events_sequence')", connection);
        return (long)(await command.ExecuteScalarAsync())!;
    }

    public async Task InsertAsync(long position, string item)
    {
        await using var command = new NpgsqlCommand(
            """
            with stream as (insert into events.mt_streams (id, version) values (gen_random_uuid(), 1) returning id)
            insert into events.mt_events (seq_id, id, stream_id, version, data, type)
            select $1, gen_random_uuid(), id, 1, jsonb_build_object('item', $2, 'count', 1), 'item_put' from stream
            """,
            connection)
        {
            Parameters = { new() { Value = position }, new() { Value = item } },
        };
        await command.ExecuteNonQueryAsync();
    }

    public Task SaveAsync() => transaction.SaveAsync("before");

    public Task RollbackToSavepointAsync() => transaction.RollbackAsync("before");

    public Task CommitAsync() => transaction.CommitAsync();

    public Task RollbackAsync() => transaction.RollbackAsync();

    public async ValueTask DisposeAsync()
    {
        await transaction.DisposeAsync();
        await connection.DisposeAsync();
    }
}
