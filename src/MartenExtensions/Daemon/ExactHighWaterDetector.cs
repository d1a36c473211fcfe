using JasperFx.Events.Daemon.HighWater;
using Npgsql;

namespace Padron.MartenExtensions.Daemon;

/// <summary>The position up to which the order of events is final, as the mark of Marten's daemon: below it, no event can appear any more.</summary>
/// <remarks>
/// <para>A hole in the positions is an append still in flight, or one that was rolled back. Transaction ids cannot tell the two apart; the sequence's own lock
/// can. <c>nextval</c> takes a RowExclusiveLock on the sequence and holds it to the end of its transaction, so: see the holes; <em>then</em> read who holds that
/// lock; when none of those is left, every position up to the highest one seen is final, and what is absent there is dead. The order of the steps is the proof:
/// whoever drew a position below one that could be seen had the lock by then, and lets it go only after its rows are visible (docs/adr/0003).</para>
/// <para>The mark passes no hole that may still fill, and waits for no timer. Any number of threads and processes may advance it.</para>
/// </remarks>
public sealed class ExactHighWaterDetector : IHighWaterDetector
{
    /// <summary>The mark's row in <c>mt_event_progression</c>, which is Marten's own.</summary>
    public const string ProgressionName = "HighWaterMark";

    const int ScanSize = 100_000;

    readonly NpgsqlDataSource dataSource;
    readonly Func<NpgsqlConnection, CancellationToken, Task<HashSet<string>>> appendsInFlight;

    // Replaced as a whole, never changed: whichever one a thread meets, what it says is true.
    volatile Horizon horizon = new(0, []);

    /// <param name="dataSource">Of the event store's database.</param>
    /// <param name="databaseUri">What Marten calls the database in its logs; not needed without a daemon.</param>
    public ExactHighWaterDetector(NpgsqlDataSource dataSource, Uri? databaseUri = null)
        : this(dataSource, AppendsInFlight.ReadAsync, databaseUri)
    {
    }

    /// <summary>For the test that shows what the guard is for: without it, events in flight are passed over.</summary>
    internal ExactHighWaterDetector(
        NpgsqlDataSource dataSource, Func<NpgsqlConnection, CancellationToken, Task<HashSet<string>>> appendsInFlight, Uri? databaseUri = null)
    {
        this.dataSource = dataSource;
        this.appendsInFlight = appendsInFlight;
        DatabaseUri = databaseUri ?? new Uri("postgresql://events");
    }

    public Uri DatabaseUri { get; }

    /// <summary>Moves the mark as far as the holes allow and stores it.</summary>
    /// <returns>The mark. A later call may return more, never less.</returns>
    public async Task<long> AdvanceAsync(CancellationToken ct = default) =>
        await Resilience.Pipeline.ExecuteAsync(async token => (await AdvanceOnceAsync(token)).CurrentMark, ct);

    /// <summary>As <see cref="AdvanceAsync"/>, once: Marten's agent asks again when it fails.</summary>
    public Task<HighWaterStatistics> Detect(CancellationToken token) => AdvanceOnceAsync(token);

    /// <summary>The same: nothing is ever skipped for its age.</summary>
    public Task<HighWaterStatistics> DetectInSafeZone(CancellationToken token) => AdvanceOnceAsync(token);

    public async Task<long> FetchCommittedHighWaterCeilingAsync(CancellationToken token)
    {
        await using var command = dataSource.CreateCommand("select coalesce(max(seq_id), 0) from events.mt_events");
        return (long)(await command.ExecuteScalarAsync(token))!;
    }

    async Task<HighWaterStatistics> AdvanceOnceAsync(CancellationToken ct)
    {
        await using var connection = await dataSource.OpenConnectionAsync(ct);
        var (start, at) = await ReadAsync(connection, ct);
        var mark = start;
        while (true)
        {
            var scan = await ScanAsync(connection, mark, ct);
            mark = scan.Contiguous;
            if (scan.Highest > mark)
            {
                var seen = await LookAsync(connection, mark, scan.Highest, ct);
                if (seen.Suspects.Count > 0)
                    break;
                mark = seen.Position;
            }
            else if (scan.IsComplete)
            {
                break;
            }
        }

        if (mark > start)
            await StoreAsync(connection, mark, ct);

        // The highest position is told to be the mark: else Marten takes an append in flight for a stale gap and logs that it skips it, which it doesn't.
        return new() { LastMark = start, CurrentMark = mark, SafeStartMark = mark, HighestSequence = mark, Timestamp = at, LastUpdated = at };
    }

    // Only who held the sequence at the first look can still fill a hole below the horizon; who came later is of no concern.
    async Task<Horizon> LookAsync(NpgsqlConnection connection, long mark, long highest, CancellationToken ct)
    {
        // In this order: a list of holders older than the suspects would acquit those who came in between.
        var known = horizon;
        var holders = await appendsInFlight(connection, ct);
        return horizon = known.Position > mark
            ? known with { Suspects = [.. known.Suspects.Intersect(holders)] }
            : new Horizon(highest, holders);
    }

    static async Task<(long Mark, DateTimeOffset At)> ReadAsync(NpgsqlConnection connection, CancellationToken ct)
    {
        await using var command = new NpgsqlCommand(
            "select coalesce((select last_seq_id from events.mt_event_progression where name = $1), 0), clock_timestamp()", connection)
        {
            Parameters = { new() { Value = ProgressionName } },
        };
        await using var reader = await command.ExecuteReaderAsync(ct);
        await reader.ReadAsync(ct);
        return (reader.GetInt64(0), await reader.GetFieldValueAsync<DateTimeOffset>(1, ct));
    }

    // How far positions run on without a hole, and the highest one of the page.
    static async Task<Scan> ScanAsync(NpgsqlConnection connection, long mark, CancellationToken ct)
    {
        await using var command = new NpgsqlCommand(
            """
            with page as (
                select seq_id, row_number() over (order by seq_id) as place
                  from (select seq_id from events.mt_events where seq_id > $1 order by seq_id limit $2) p
            )
            select coalesce(max(seq_id) filter (where seq_id = $1 + place), $1), coalesce(max(seq_id), $1), count(*) < $2 from page
            """,
            connection)
        {
            Parameters = { new() { Value = mark }, new() { Value = (long)ScanSize } },
        };
        await using var reader = await command.ExecuteReaderAsync(ct);
        await reader.ReadAsync(ct);
        return new Scan(reader.GetInt64(0), reader.GetInt64(1), reader.GetBoolean(2));
    }

    static async Task StoreAsync(NpgsqlConnection connection, long mark, CancellationToken ct)
    {
        await using var command = new NpgsqlCommand(
            """
            insert into events.mt_event_progression as p (name, last_seq_id) values ($1, $2)
            on conflict (name) do update set last_seq_id = excluded.last_seq_id, last_updated = now()
             where p.last_seq_id < excluded.last_seq_id
            """,
            connection)
        {
            Parameters = { new() { Value = ProgressionName }, new() { Value = mark } },
        };
        await command.ExecuteNonQueryAsync(ct);
    }

    readonly record struct Scan(long Contiguous, long Highest, bool IsComplete);

    /// <summary>Everything up to the position is final as soon as all suspects have ended.</summary>
    sealed record Horizon(long Position, HashSet<string> Suspects);
}
