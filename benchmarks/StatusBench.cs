using System.Diagnostics;
using System.Globalization;
using Padron.Benchmarks.Harness;
using Padron.Domain.Contacts;
using Padron.MartenExtensions;
using Padron.Projections.Contacts;

namespace Padron.Benchmarks;

/// <summary>
/// What happens to contacts that are there. Of ten events three are verifications, three extractions, three messages and one an opt-out, each of another
/// contact: folded by the daemon, beside a bare update of the same columns; and how late they show while more are appended.
/// </summary>
sealed class StatusBench
{
    public const string Area = "status";

    const int Rounds = 3;
    const int MostEvents = 200_000;
    const int BatchSize = 10_000;
    const int EventsASecond = 1_000;
    const int AppendsASecond = 100;
    const double LagLimit = 1_000; // milliseconds
    const double RateAsked = 60_000;

    static readonly TimeSpan LagTime = TimeSpan.FromSeconds(20);
    static readonly TimeSpan PollInterval = TimeSpan.FromMilliseconds(2);
    static readonly TimeSpan Patience = TimeSpan.FromMinutes(1);

    static readonly string UpdateSql = EmbeddedSql.Beside(typeof(StatusBench), "status-limit.sql");

    readonly Register register;
    readonly (Guid Id, long Version)[] contacts;
    readonly Guid extraction = Guid.CreateVersion7();
    int next;

    StatusBench(Register register, (Guid Id, long Version)[] contacts) => (this.register, this.contacts) = (register, contacts);

    public static async Task RunAsync(Bench bench)
    {
        var filled = await bench.FilledAsync();
        var status = new StatusBench(filled, await ContactsAsync(filled));
        await status.FoldAsync(bench);
        await status.LagAsync(bench);
    }

    async Task FoldAsync(Bench bench)
    {
        await register.ExecuteAsync("create table bench.updated (like read.contact_states including all) with (fillfactor = 85)");
        await register.ExecuteAsync($"insert into bench.updated ({Columns}) select {Columns} from read.contact_states");
        await register.ExecuteAsync("vacuum analyze");
        var events = Math.Min(MostEvents, contacts.Length);
        var series = new Series(Area, $"fold {events:N0} status events by the daemon", "events");
        var update = series.Beside("a bare update of the same columns, with the same indexes and no counts");
        var flat = series.Beside("Marten's FlatTableProjection, some of the columns and no index but the key");
        var snapshot = series.Beside("Marten's SingleStreamProjection, the same");
        await using var flats = await MartenFolds.FlatTableAsync(register);
        await using var snapshots = await MartenFolds.SnapshotAsync(register);
        for (var round = 0; round < Rounds; round++)
        {
            var to = 0L;
            for (var left = events; left > 0; left -= BatchSize)
                to = await AppendAsync(Math.Min(BatchSize, left));
            (Track, Func<Task<double>>)[] works =
            [
                (series.Measured, async () => await register.CatchUp.RunAsync(ContactsProjection.Definition, Patience) ? events : throw Behind()),
                (update, async () => await register.ExecuteAsync(UpdateSql, to - events, to)),
                (flat, () => flats.RunAsync(to - events, to)),
                (snapshot, () => snapshots.RunAsync(to - events, to)),
            ];
            await Series.AlternateAsync(rounds: 1, round % 2 == 0 ? works : [.. works.Reverse()]);
        }

        await register.CatchUpAsync();
        await register.ExecuteAsync("drop table bench.updated");
        bench.Add(series.ToFigure(series.Floor(RateAsked)));
    }

    async Task LagAsync(Bench bench)
    {
        await using var serve = await ServeProcess.StartAsync(register);
        var series = new Series(Area, $"show events while {EventsASecond:N0} a second are appended, in batches of {EventsASecond / AppendsASecond}", "events");
        var appended = new Queue<(long Position, long At)>();
        List<double> lags = [];
        await series.Measured.MeasureAsync(async () =>
        {
            var watching = WatchAsync();
            var began = Stopwatch.GetTimestamp();
            var batches = (int)LagTime.TotalSeconds * AppendsASecond;
            for (var batch = 0; batch < batches; batch++)
            {
                if (TimeSpan.FromSeconds((double)batch / AppendsASecond) - Stopwatch.GetElapsedTime(began) is { Ticks: > 0 } early)
                    await Task.Delay(early);
                var position = await AppendAsync(EventsASecond / AppendsASecond);
                lock (appended)
                    appended.Enqueue((position, Stopwatch.GetTimestamp()));
            }

            lock (appended)
                appended.Enqueue((-1, 0)); // no more
            await watching;
            return batches * (EventsASecond / AppendsASecond);
        });
        lags.Sort();
        var latest = lags[lags.Count * 99 / 100];
        series.Note = string.Create(CultureInfo.InvariantCulture, $"from commit to the read model half within {lags[lags.Count / 2]:N0} ms, 99 % within {latest:N0} ms");
        bench.Add(series.ToFigure(new Limit("99 %", LagLimit, latest, "ms")));

        // The projection's position commits with its rows: who sees the one sees the others.
        async Task WatchAsync()
        {
            await using var connection = await register.DataSource.OpenConnectionAsync();
            for (var idleSince = Stopwatch.GetTimestamp(); Stopwatch.GetElapsedTime(idleSince) < Patience; await Task.Delay(PollInterval))
            {
                var position = await Progression.ReadAsync(connection, ContactsProjection.Definition.ProgressionName);
                lock (appended)
                {
                    while (appended.TryPeek(out var first) && first.Position <= position)
                    {
                        appended.Dequeue();
                        if (first.Position < 0)
                            return;
                        lags.Add(Stopwatch.GetElapsedTime(first.At).TotalMilliseconds);
                        idleSince = Stopwatch.GetTimestamp();
                    }
                }
            }

            throw Behind();
        }
    }

    /// <summary>Appends one event to each of so many contacts, the next in turn, at their versions.</summary>
    /// <returns>The last position.</returns>
    async Task<long> AppendAsync(int count)
    {
        var appends = new StreamAppend[count];
        for (var i = 0; i < count; i++)
        {
            ref var contact = ref contacts[next++ % contacts.Length];
            appends[i] = new(contact.Id, contact.Version++, [EventOf(next)]);
        }

        var result = await register.Store.TransactAsync((session, ct) => session.CopyManyAsync(appends, ct));
        return result is { Conflicts.Count: 0, Position: { } position } ? position : throw new InvalidOperationException("Somebody else appends to the contacts.");
    }

    ContactEvent EventOf(int number)
    {
        var at = TimeProvider.System.GetUtcNow();
        return (number % 10) switch
        {
            < 3 => new ContactVerified(VerificationMethod.CarrierLookup, "TELCEL", "bench", at),
            < 6 => new ContactExtracted(extraction, at),
            < 9 => new ContactSent(null, $"bench-{number}", $"SM{number}", at),
            _ => new ContactOptedOut(null, OptOutMethod.SmsKeyword, "ALTO", "bench", at),
        };
    }

    // In order of their keyed ids, which is as good as chance: the rows lie everywhere.
    public static async Task<(Guid Id, long Version)[]> ContactsAsync(Register filled)
    {
        await using var command = filled.DataSource.CreateCommand("select id, version from read.contact_states order by id");
        await using var reader = await command.ExecuteReaderAsync();
        var rows = new List<(Guid, long)>();
        while (await reader.ReadAsync())
            rows.Add((reader.GetGuid(0), reader.GetInt64(1)));
        return [.. rows];
    }

    static InvalidOperationException Behind() => new("The contacts did not catch up: who else writes them?");

    const string Columns = """
        id, phone, lada, state_code, municipality_key, city_key, carrier, verified_at, not_mobile_at, invalidated_at, extracted_at, extraction_id, opted_out_at,
        opt_out_method, opt_out_user_id, version, created_at, updated_at, send_count, last_sent_at
        """;
}
