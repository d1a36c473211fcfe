using Marten;
using Padron.Benchmarks.Harness;
using Padron.Domain.Contacts;
using Padron.MartenExtensions;

namespace Padron.Benchmarks;

/// <summary>One fact appended to many contacts, each at its version, in one transaction: set-based, beside Marten's own append to as many streams.</summary>
static class AppendBench
{
    public const string Area = "append";

    const int Rounds = 5;
    const double SpeedAsked = 3;

    static readonly int[] Amounts = [1_000, 10_000];

    public static async Task RunAsync(Bench bench)
    {
        var register = await bench.FilledAsync();
        var contacts = await StatusBench.ContactsAsync(register);
        var next = 0;
        foreach (var amount in Amounts.Where(amount => 2 * Rounds * amount <= contacts.Length))
        {
            var series = new Series(Area, $"append one fact to {amount:N0} contacts, set-based", "events");
            var marten = series.Beside("Marten's own Append, a call a stream");
            await Series.AlternateAsync(Rounds, (series.Measured, () => AppendAsync(amount, SetBasedAsync)), (marten, () => AppendAsync(amount, ByMartenAsync)));
            bench.Add(series.ToFigure(series.FloorOf(marten, SpeedAsked)));
        }

        await register.CatchUpAsync();

        async Task<double> AppendAsync(int amount, Func<IDocumentSession, StreamAppend[], Task> append)
        {
            object[] sent = [new ContactSent(null, $"bench-{Guid.NewGuid()}", null, TimeProvider.System.GetUtcNow())];
            var appends = new StreamAppend[amount];
            for (var i = 0; i < amount; i++)
            {
                ref var contact = ref contacts[next++ % contacts.Length];
                appends[i] = new(contact.Id, contact.Version++, sent);
            }

            await using var session = register.Store.Store.LightweightSession();
            await append(session, appends);
            await session.SaveChangesAsync();
            return amount;
        }
    }

    static async Task SetBasedAsync(IDocumentSession session, StreamAppend[] appends)
    {
        if ((await session.AppendManyAsync(appends)).Conflicts.Count > 0)
            throw new InvalidOperationException("Somebody else appends to the contacts.");
    }

    static Task ByMartenAsync(IDocumentSession session, StreamAppend[] appends)
    {
        foreach (var append in appends)
            session.Events.Append(append.StreamId, append.ExpectedVersion + 1, append.Events);
        return Task.CompletedTask;
    }
}
