using Padron.Domain.Contacts;
using Padron.Domain.Numbering;
using Padron.Integration.Tests.Cli;
using Padron.Integration.Tests.Fixture;
using Padron.MartenExtensions;
using Padron.Projections.Contacts;

namespace Padron.Integration.Tests.Extractions;

/// <summary>The promise everything else rests on: whatever runs at once, no contact is handed out twice, and none after it opted out.</summary>
public sealed class EightProcessesTests(PadronDatabase database) : IClassFixture<PadronDatabase>
{
    const int Rounds = 20;
    const int Processes = 8;
    const int PoolSize = 160;
    const int Asked = 30; // eight times thirty is more than there is, so the pool is drained
    const int OptOuts = 16;

    [Fact]
    public async Task Over_a_small_pool_with_projections_paused_and_people_opting_out_nobody_is_handed_out_twice()
    {
        var random = new Random(20261122);
        using var installation = PadronInstallation.Of(database);
        installation.Environment["PADRON_READ_PATIENCE"] = "0";
        foreach (var (state, round) in MexicanStates.All.Take(Rounds).Select((state, round) => (state.Code, round)))
        {
            var pool = await database.GivenVerifiedAsync(PoolSize, firstNational: 5510000000 + (round * PoolSize), stateCode: state);
            await database.CatchUpAsync();

            // While this test leads the projection, no process can bring the read model up to date: all of them see the whole pool.
            await using var paused = await Hold.WriterOfAsync(database, ContactsProjection.Definition);
            var extractions = Enumerable.Range(0, Processes).Select(process => ExtractAsync(installation, state, $"{state}-{process}.txt")).ToArray();
            var allDone = Task.WhenAll(extractions);
            var optedOut = random.GetItems<PhoneNumber>([.. pool], OptOuts).Distinct().ToArray();
            foreach (var (phone, i) in optedOut.Select((phone, i) => (phone, i)))
            {
                // A quarter before anybody claims, the others as the pool drains.
                await ClaimedAsync(round, (PoolSize * i / OptOuts) - (PoolSize / 4), allDone);
                await OptOutAsync(phone);
            }

            var files = await allDone;

            var handedOut = files.SelectMany(file => file).ToArray();
            handedOut.ShouldBeUnique();
            handedOut.Except(pool.Select(phone => phone.ToString()[1..])).ShouldBeEmpty();
            var outBefore = await OptedOutAndNeverHandedOutAsync(optedOut);
            ((long)handedOut.Length).ShouldBe(PoolSize - outBefore, $"round {round}: every contact is in a file, or opted out before anybody claimed it");
        }

        (await HandedOutAfterOptingOutAsync()).ShouldBe(0);
        (await database.ScalarAsync<long>("select count(*) - count(distinct stream_id) from events.mt_events where type = 'contact_extracted'")).ShouldBe(0);
        (await database.ScalarAsync<long>("select count(*) from events.mt_events where type = 'contact_extracted'"))
            .ShouldBe(await database.ScalarAsync<long>("select count(*) from padron.extraction_contacts"));
    }

    // Until the round has claimed so many, or its processes have ended.
    Task ClaimedAsync(int round, int atLeast, Task allDone)
    {
        var first = (round * PoolSize) + 520_000_000_000 + 5510000000;
        return Eventually.TrueAsync(async () => allDone.IsCompleted || await CountAsync() >= atLeast, $"round {round} had claimed {atLeast}");

        Task<long> CountAsync() => database.ScalarAsync<long>(
            "select count(*) from padron.extraction_contacts x join read.contact_states s on s.id = x.contact_id where s.phone between $1 and $2", first, first + PoolSize - 1);
    }

    static async Task<IReadOnlyList<string>> ExtractAsync(PadronInstallation installation, string state, string file)
    {
        var path = installation.PathOf(file);
        var end = await installation.RunAsync("extract", "--state", state, "--amount", $"{Asked}", "--format", "txt", "--out", path);

        // Who comes last may find nothing left: that is a refusal, and anything else is a fault.
        if (end.ExitCode == 1 && end.StdErr.Contains("Others took every contact", StringComparison.Ordinal))
            return [];
        end.ShouldBeDone();
        return await File.ReadAllLinesAsync(path);
    }

    Task OptOutAsync(PhoneNumber phone) => database.Contacts.ExecuteAsync(
        phone, new OptOutContact(phone, OptOutMethod.SmsKeyword, "ALTO", By: null, DateTimeOffset.UnixEpoch), ContactDecider.Decide, EventMetadata.None);

    Task<long> OptedOutAndNeverHandedOutAsync(IReadOnlyList<PhoneNumber> phones) => database.ScalarAsync<long>(
        """
        select count(*) from events.mt_events o
         where o.type = 'contact_opted_out' and o.stream_id = any ($1)
           and not exists (select from events.mt_events x where x.stream_id = o.stream_id and x.type = 'contact_extracted')
        """,
        phones.Select(PadronDatabase.Key.IdOf).ToArray());

    Task<long> HandedOutAfterOptingOutAsync() => database.ScalarAsync<long>(
        """
        select count(*) from events.mt_events x join events.mt_events o using (stream_id)
         where x.type = 'contact_extracted' and o.type = 'contact_opted_out' and o.version < x.version
        """);
}
