using Padron.Application;
using Padron.Application.Availability;
using Padron.Application.Segments;
using Padron.Domain;
using Padron.Domain.Contacts;
using Padron.Domain.Segments;
using Padron.Integration.Tests.Fixture;
using Padron.MartenExtensions;
using Padron.Projections.Rebuilds;
using Padron.Projections.Segments;

namespace Padron.Integration.Tests.Segments;

public sealed class SegmentTests : IAsyncLifetime
{
    static readonly SegmentName Name = SegmentName.Parse("norte");

    readonly PadronDatabase database = new();

    SegmentHandler Handler => database.Get<SegmentHandler>();

    SegmentQueries Queries => database.Get<SegmentQueries>();

    public Task InitializeAsync() => database.InitializeAsync();

    public Task DisposeAsync() => database.DisposeAsync();

    [Fact]
    public async Task Places_are_kept_as_the_register_knows_them_and_unknown_ones_are_refused_with_suggestions()
    {
        await database.GivenVerifiedAsync(3, firstNational: 8110000000, stateCode: "NL", city: "Monterrey");
        await database.CatchUpAsync();

        var decided = await Handler.DefineAsync(Name, new() { States = ["nuevo leon"], Cities = [" monterrey "], Ladas = ["81"] }, "ana");

        decided.State.Filter.ShouldBe(new SegmentFilter { States = ["NL"], Cities = ["MONTERREY"], Ladas = ["81"] });
        (await Handler.DefineAsync(Name, new() { States = ["NL"], Cities = ["MONTERREY"], Ladas = ["81"] }, "luis")).Events.ShouldBeEmpty();
        var refused = await Should.ThrowAsync<RuleViolationException>(() => Handler.DefineAsync(SegmentName.Parse("otro"), new() { Cities = ["Monterey"] }, "ana"));
        refused.Code.ShouldBe("place_unknown");
        refused.Suggestions.ShouldBe([new PlaceSuggestion("MONTERREY", "NL", 3)]);
    }

    [Fact]
    public async Task Two_who_define_a_name_at_once_do_not_both_get_it()
    {
        SegmentFilter[] filters = [new() { SentAtMost = 0 }, new() { SentAtMost = 1 }];

        var tries = await Task.WhenAll(filters.Select(async filter =>
        {
            try
            {
                await Handler.DefineAsync(Name, filter, "ana");
                return "defined";
            }
            catch (RuleViolationException refused)
            {
                return refused.Code;
            }
        }));

        tries.ShouldBe(["defined", "segment_exists"], ignoreOrder: true);
    }

    [Fact]
    public async Task A_segment_is_read_from_its_stream_at_once_and_gone_when_it_is_removed()
    {
        await Handler.DefineAsync(Name, new() { SentAtMost = 0 }, "ana");
        await Handler.ChangeAsync(Name, new() { SentAtMost = 1 }, "luis");
        (await Queries.GetAsync(Name)).ShouldBe(new SegmentFilter { SentAtMost = 1 });

        await Handler.RemoveAsync(Name, "ana");

        (await Should.ThrowAsync<RuleViolationException>(() => Queries.GetAsync(Name))).Code.ShouldBe("segment_unknown");
        (await Should.ThrowAsync<RuleViolationException>(() => Queries.CountAsync(Name))).Code.ShouldBe("segment_unknown");
    }

    [Fact]
    public async Task The_list_comes_to_the_same_rows_in_pages_of_any_size()
    {
        var (random, clock) = (new Random(5), new ManualClock());
        var handler = new SegmentHandler(database.Get<Streams>(), database.Get<PlaceNames>(), clock);
        var names = Enumerable.Range(0, 12).Select(i => SegmentName.Parse($"s{i}")).ToArray();
        for (var step = 0; step < 300; step++)
        {
            clock.Now += TimeSpan.FromSeconds(1);
            var (name, by, filter) = (names[random.Next(names.Length)], random.Next(2) == 0 ? "ana" : "luis", new SegmentFilter { SentAtMost = random.Next(9) });
            try
            {
                _ = random.Next(5) switch
                {
                    0 or 1 => await handler.DefineAsync(name, filter, by),
                    2 or 3 => await handler.ChangeAsync(name, filter, by),
                    _ => await handler.RemoveAsync(name, by),
                };
            }
            catch (RuleViolationException)
            {
                // A rule refused it: it did not happen.
            }
        }

        var expected = new SortedDictionary<Guid, SegmentDocument>();
        await foreach (var stored in database.Store.ReadAllAsync(0, long.MaxValue))
        {
            _ = stored.Data switch
            {
                SegmentDefined defined => expected[stored.StreamId] = new(defined.Name, defined.Filter, defined.DefinedBy, defined.DefinedAt, null, null),
                SegmentChanged changed => expected[stored.StreamId] = expected[stored.StreamId] with { Filter = changed.Filter, ChangedBy = changed.ChangedBy, ChangedAt = changed.ChangedAt },
                _ => expected.Remove(stored.StreamId) ? null : throw new InvalidOperationException("What was not there was removed."),
            };
        }

        expected.Count.ShouldBeInRange(1, names.Length - 1);
        expected.Values.ShouldContain(segment => segment.ChangedBy != null);
        expected.Values.ShouldContain(segment => segment.ChangedBy == null);
        foreach (var pageSize in new[] { 1, 7, 1_000 })
        {
            await new ProjectionRebuild(database.DataSource, database.CatchUp, TimeProvider.System) { PageSize = pageSize }.RunAsync(SegmentsProjection.Definition);
            (await Queries.ListAsync()).ShouldBe(expected.Values.OrderBy(segment => segment.Name, StringComparer.Ordinal));
        }
    }

    [Fact]
    public async Task Pages_lose_nobody_who_stays_while_others_leave_and_meet_nobody_twice()
    {
        var phones = await database.GivenVerifiedAsync(500);
        await database.CatchUpAsync();
        await Handler.DefineAsync(Name, new() { States = ["CDMX"], Statuses = [ContactStatus.Verified] }, "ana");
        var leaving = phones.Where((_, i) => i % 5 == 0).ToArray();

        var met = new List<Guid>();
        Guid? cursor = null;
        var pages = 0;
        do
        {
            var page = await Queries.PageAsync(Name, limit: 70, cursor);
            met.AddRange(page.Contacts.Select(contact => contact.Id));
            cursor = page.Cursor;
            foreach (var phone in leaving.Skip(pages++ * 20).Take(20))
            {
                await database.Contacts.ExecuteAsync(
                    phone, new OptOutContact(phone, OptOutMethod.Api, Reason: null, By: null, DateTimeOffset.UnixEpoch), ContactDecider.Decide, EventMetadata.None);
            }

            await database.CatchUpAsync();
        }
        while (cursor is not null);

        met.Distinct().Count().ShouldBe(met.Count);
        phones.Except(leaving).Select(PadronDatabase.Key.IdOf).Except(met).ShouldBeEmpty();
        met.Count.ShouldBeLessThan(500, "some were to leave before their page");
        pages.ShouldBeGreaterThan(5);
    }
}
