using System.Text.Json.Serialization;
using Npgsql;
using Padron.Benchmarks.Harness;
using Padron.MartenExtensions;
using Padron.MartenExtensions.Queue;

namespace Padron.Benchmarks;

/// <summary>One worker of the durable queue beside the simplest queue there is: as many connections, each deleting one message after the other.</summary>
static class QueueBench
{
    public const string Area = "queue";

    const int Rounds = 3;
    const int MostMessages = 20_000;
    const int Connections = 8;

    static readonly MessageTypes Types = new(BenchMessages.Default, [typeof(CountMessage)]);

    const string InsertEffect = "insert into bench.effects (message) values ($1)";

    public static async Task RunAsync(Bench bench)
    {
        var register = await bench.RegisterAsync();
        await register.ExecuteAsync("create table bench.effects (message uuid not null)");
        await register.ExecuteAsync("create table bench.jobs (like queue.messages including all)");
        var queue = new DurableQueue(register.Store, Types);
        var messages = (int)Math.Min(MostMessages, bench.Rows / 10);

        var enqueue = new Series(Area, "enqueue, a thousand at once", "messages");
        var effect = new Series(Area, "handle, each with a row written in its transaction", "messages");
        var nothing = new Series(Area, "handle, without an effect", "messages");
        var (naiveEffect, naiveNothing) = (effect.Beside($"deleting one by one over {Connections} connections, a row each"), nothing.Beside($"deleting one by one over {Connections} connections"));
        for (var round = 0; round < Rounds; round++)
        {
            (Track, Func<Task<double>>)[] works =
            [
                (effect.Measured, () => DrainAsync(register, messages, async (message, context, ct) =>
                {
                    var session = await context.BeginAsync(ct);
                    await using var insert = new NpgsqlCommand(InsertEffect, session.Connection) { Parameters = { new() { Value = context.Id } } };
                    await insert.ExecuteNonQueryAsync(ct);
                })),
                (naiveEffect, () => DeleteAsync(register, withEffect: true)),
                (nothing.Measured, () => DrainAsync(register, messages, (_, _, _) => Task.CompletedTask)),
                (naiveNothing, () => DeleteAsync(register, withEffect: false)),
            ];
            foreach (var (track, run) in round % 2 == 0 ? works : works.Reverse())
            {
                if (track == naiveEffect || track == naiveNothing)
                    await FillNaiveAsync(register, messages / 4); // their rate shows by then
                else
                    await enqueue.Measured.MeasureAsync(() => FillAsync(queue, messages));
                await track.MeasureAsync(run);
            }
        }

        foreach (var series in (Series[])[enqueue, effect, nothing])
            bench.Add(series.ToFigure());
    }

    static async Task<double> FillAsync(DurableQueue queue, int messages)
    {
        foreach (var batch in Enumerable.Range(0, messages).Chunk(1_000))
            await queue.EnqueueAsync([.. batch.Select(number => new QueueMessage(new CountMessage(number)))], EventMetadata.None);
        return messages;
    }

    static async Task<double> DrainAsync(Register register, int messages, Func<CountMessage, MessageContext, CancellationToken, Task> handle)
    {
        var worker = new QueueWorker(register.Store, new MessageHandlers(Types).Add(handle), TimeProvider.System, new QueueWorkerOptions { Parallelism = Connections });
        await worker.DrainAsync();
        return messages;
    }

    static Task FillNaiveAsync(Register register, int messages) => register.ExecuteAsync(
        """
        insert into bench.jobs (id, kind, priority, due_at, body)
        select gen_random_uuid(), 'count_message', 1, now(), jsonb_build_object('number', n) from generate_series(1, $1) n
        """,
        messages);

    static async Task<double> DeleteAsync(Register register, bool withEffect)
    {
        var counts = await Task.WhenAll(Enumerable.Range(0, Connections).Select(async _ =>
        {
            await using var connection = await register.DataSource.OpenConnectionAsync();
            var handled = 0;
            while (await DeleteOneAsync(connection, withEffect))
                handled++;
            return handled;
        }));
        return counts.Sum();
    }

    static async Task<bool> DeleteOneAsync(NpgsqlConnection connection, bool withEffect)
    {
        await using var transaction = withEffect ? await connection.BeginTransactionAsync() : null;
        await using var delete = new NpgsqlCommand(
            """
            delete from bench.jobs
             where id = (select id from bench.jobs where kind = 'count_message' and lease_until is null order by priority, due_at for update skip locked limit 1)
            returning id, body::text
            """,
            connection);
        if (await delete.ExecuteScalarAsync() is not Guid id)
            return false;
        if (transaction is not null)
        {
            await using var effect = new NpgsqlCommand(InsertEffect, connection) { Parameters = { new() { Value = id } } };
            await effect.ExecuteNonQueryAsync();
            await transaction.CommitAsync();
        }

        return true;
    }
}

sealed record CountMessage(int Number);

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase)]
[JsonSerializable(typeof(CountMessage))]
sealed partial class BenchMessages : JsonSerializerContext;
