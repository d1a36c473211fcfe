using System.Globalization;
using Padron.Application;
using Padron.Application.Availability;
using Padron.Application.Contacts;
using Padron.Application.Imports.Rollback;
using Padron.Application.Numbering;
using Padron.Domain;
using Padron.Domain.Contacts;
using Padron.Domain.Extractions;
using Padron.Domain.Numbering;
using Padron.Integration.Tests.Fixture;
using Padron.Integration.Tests.Imports;
using Padron.Integration.Tests.Projections;
using Padron.MartenExtensions;
using Padron.Projections.Contacts;
using Padron.Projections.Rebuilds;

namespace Padron.Integration.Tests.Availability;

/// <summary>What the register was at a position or at a day's end is what the events up to it come to, folded one by one.</summary>
public sealed class AsOfTests : IAsyncLifetime
{
    readonly PadronDatabase database = new();

    public Task InitializeAsync() => database.InitializeAsync();

    public Task DisposeAsync() => database.DisposeAsync();

    // Clocks of Mexico City went back on 2022-10-30, for good, and forward on 2022-04-03 for the last time.
    [Theory]
    [InlineData(1, "2022-10-05", 7)]
    [InlineData(2, "2022-03-10", 1_000)]
    [InlineData(3, "2021-10-10", 1)]
    public async Task Counts_of_the_past_are_those_of_the_events_until_then(int seed, string from, int pageSize)
    {
        await GivenLivesAsync(seed, from, pageSize);

        var positions = await PositionsAsync();
        await CountsShouldBeThoseOfTheEventsAsync([0, positions[0], positions[^1], .. new Random(seed).GetItems(positions, 40)]);
        await DaysShouldBeThoseOfTheEventsAsync();
    }

    [Fact]
    public async Task A_register_that_was_rebuilt_tells_the_same_days_and_counts()
    {
        await GivenLivesAsync(4, "2022-10-20", 7);
        var rows = await HistoryAsync();

        foreach (var pageSize in new[] { 1, 13, 1_000 })
        {
            await Rebuild(pageSize).RunAsync(ContactsProjection.Definition);
            (await HistoryAsync()).ShouldBe(rows);
        }
    }

    [Fact]
    public async Task What_a_rollback_removed_was_never_there()
    {
        using var file = new ContactFile();
        foreach (var row in Enumerable.Range(0, 60))
            file.Add($"{Phone(row).MexicanNational}", name: "ANA", state: row % 2 == 0 ? "Jalisco" : "Yucatán");
        var clock = new Clock(database, 5, "2022-10-25");
        await new RandomLives(database, 5).AppendDecidedAsync(contacts: 40, events: 150, clock.TickAsync);
        await database.Get<NumberingPlanStore>().ReplaceAsync(
            NumberingPlan.From([new(5570000000, 5570000030, LineType.Mobile, "TELCEL"), new(5570000031, 5570000099, LineType.Fixed, "TELMEX")]),
            new("pnn-test", "plan.csv", 2, DateTimeOffset.UnixEpoch));
        var import = await database.ImportAsync(file.Path);
        await clock.TickAsync(); // two events of each contact, many of them of two days
        await CatchUpAsync(7);
        await database.Contacts.ExecuteAsync(Phone(3), new OptOutContact(Phone(3), OptOutMethod.Api, null, null, DateTimeOffset.UnixEpoch), ContactDecider.Decide, EventMetadata.None);
        await new RandomLives(database, 5).AppendAnyAsync(contacts: 40, events: 50, clock.TickAsync);
        await CatchUpAsync(7);

        var result = await new RollbackImportHandler(database.Store, database.Get<Streams>(), database.CatchUp, PadronDatabase.Key, TimeProvider.System) { BatchSize = 7 }
            .HandleAsync(new(import.ImportId, "eva"));
        await CatchUpAsync(7);

        (result.Removed, result.Withdrawn).ShouldBe((59, 1));
        var positions = await PositionsAsync();
        await CountsShouldBeThoseOfTheEventsAsync([positions[0], positions[^1], .. new Random(5).GetItems(positions, 30)]);
    }

    [Fact]
    public async Task An_upgraded_register_knows_every_position_and_no_day_before_the_upgrade_until_it_is_rebuilt()
    {
        var lives = new RandomLives(database, 6);
        var clock = new Clock(database, 6, "2022-10-25");
        await lives.AppendDecidedAsync(contacts: 40, events: 150, clock.TickAsync);
        await CatchUpAsync(50);
        await database.ExecuteAsync("truncate read.contact_count_history, read.contact_count_days"); // as the upgrade leaves them
        var upgrade = (await PositionsAsync())[^1];
        (await RefusedAsync(new DateOnly(2022, 10, 26))).ShouldBe("as_of_unknown_day");
        await database.Contacts.ExecuteAsync(Phone(1), new OptOutContact(Phone(1), OptOutMethod.Api, null, null, DateTimeOffset.UnixEpoch), ContactDecider.Decide, EventMetadata.None);
        await clock.TickAsync();
        await CatchUpAsync(50);

        (await RefusedAsync(new DateOnly(2022, 10, 26))).ShouldBe("as_of_unknown_day");
        var positions = await PositionsAsync();
        await CountsShouldBeThoseOfTheEventsAsync([0, positions[3], positions[^20], upgrade, positions[^1]]);

        await Rebuild(50).RunAsync(ContactsProjection.Definition);
        await DaysShouldBeThoseOfTheEventsAsync();
    }

    [Fact]
    public async Task What_lies_ahead_is_refused_and_a_quiet_day_ends_by_the_clock()
    {
        await database.GivenVerifiedAsync(2);
        await database.ExecuteAsync("update events.mt_events set timestamp = '2026-11-20 12:00+00'");
        await CatchUpAsync(1_000);
        var last = (await PositionsAsync())[^1];

        (await RefusedAsync(new AsOf(last + 1, null))).ShouldBe("as_of_ahead");
        var day = new DateOnly(2026, 11, 20);
        (await RefusedAsync(new AsOf(null, day), "2026-11-21T05:59:59Z")).ShouldBe("as_of_ahead"); // in Mexico City it is still the 20th
        (await At("2026-11-21T06:00:00Z").FindAsync(new(null, day))).ShouldBe(last);
        (await At("2026-11-21T06:00:00Z").FindAsync(new(null, day.AddDays(-1)))).ShouldBe((await PositionsAsync())[0] - 1);

        await database.GivenVerifiedAsync(1, firstNational: 5520000000);
        (await RefusedAsync(new AsOf(null, day), "2026-11-21T06:00:00Z")).ShouldBe("read_model_behind");
    }

    [Theory]
    [InlineData("2026-11-20T10:00:00Z")]
    [InlineData("2026-11-20 10:00")]
    [InlineData("20/11/2026")]
    [InlineData("-5")]
    [InlineData("yesterday")]
    [InlineData("")]
    public void What_is_neither_a_position_nor_a_day_is_refused_with_the_reason(string text) =>
        Should.Throw<FormatException>(() => AsOf.Parse(text)).Message.ShouldContain("events are in the order of their positions");

    [Fact]
    public async Task Availability_and_a_contact_are_told_as_of_a_position()
    {
        var phones = await database.GivenVerifiedAsync(3);
        var before = (await PositionsAsync())[^1];
        await database.Contacts.ExecuteAsync(phones[0], new OptOutContact(phones[0], OptOutMethod.Api, null, null, DateTimeOffset.UnixEpoch), ContactDecider.Decide, EventMetadata.None);
        await CatchUpAsync(1_000);
        var availability = database.Get<AvailabilityQueries>();

        (await availability.ByStatusAsync()).ShouldBe(new Dictionary<string, long> { ["OPTED_OUT"] = 1, ["VERIFIED"] = 2 }, ignoreOrder: true);
        (await availability.ByStatusAsync(before)).ShouldBe(new Dictionary<string, long> { ["VERIFIED"] = 3 });
        (await availability.ByPlaceAsync(SelectionKind.City, "ciudad de mexico", before)).ShouldBe([new PlaceAvailability("CIUDAD DE MEXICO", "CDMX", 3, 3)]);
        (await database.Get<ContactHistory>().StateAsOfAsync(phones[0], before)).Status.ShouldBe(ContactStatus.Verified);
        (await database.Get<ContactHistory>().StateAsOfAsync(phones[0], before + 1)).Status.ShouldBe(ContactStatus.OptedOut);
        (await database.Get<ContactHistory>().StateAsOfAsync(phones[2], 1)).Exists.ShouldBeFalse();
    }

    async Task GivenLivesAsync(int seed, string from, int pageSize)
    {
        var clock = new Clock(database, seed, from);
        await new RandomLives(database, seed).AppendAnyAsync(contacts: 60, events: 400, async () =>
        {
            await clock.TickAsync();
            if (clock.Ticks % 5 == 0)
                await CatchUpAsync(pageSize);
        });
        await CatchUpAsync(pageSize);
    }

    async Task CountsShouldBeThoseOfTheEventsAsync(IEnumerable<long> positions)
    {
        foreach (var position in positions.Distinct())
        {
            var counts = await ContactTables.CountsAsync(database, $"select * from read.contact_counts_as_of({position})");
            counts.ShouldBe((await ExpectedContacts.FoldAsync(database, position)).Counts, ignoreOrder: true, $"position {position}");
        }
    }

    async Task DaysShouldBeThoseOfTheEventsAsync()
    {
        var ends = new SortedDictionary<DateOnly, long>();
        var day = DateOnly.MinValue;
        await foreach (var stored in database.Store.ReadAllAsync(0, long.MaxValue))
        {
            if (stored.Data is ContactEvent)
                ends[day = new[] { day, ExpectedContacts.DayOf(stored) }.Max()] = stored.Sequence;
        }

        ends.Count.ShouldBeGreaterThan(5);
        foreach (var (ended, last) in ends)
        {
            var position = await database.Get<AsOfPositions>().FindAsync(new(null, ended));
            position.ShouldBeGreaterThanOrEqualTo(last);
            (await database.ScalarAsync<long>(@"select count(*) from events.mt_events where seq_id > $1 and seq_id <= $2 and type like 'contact\_%'", last, position)).ShouldBe(0);
            (await ContactTables.CountsAsync(database, $"select * from read.contact_counts_as_of({position})"))
                .ShouldBe((await ExpectedContacts.FoldAsync(database, last)).Counts, ignoreOrder: true, $"{ended:yyyy-MM-dd}");
        }
    }

    async Task<IReadOnlyList<string>> HistoryAsync() =>
        [.. await database.RowsAsync("select * from read.contact_count_days"), .. await database.RowsAsync("select * from read.contact_count_history")];

    async Task<long[]> PositionsAsync() => [.. await database.ReadAsync(@"select seq_id from events.mt_events where type like 'contact\_%' order by 1", r => r.GetInt64(0))];

    Task<string> RefusedAsync(DateOnly day) => RefusedAsync(new AsOf(null, day));

    async Task<string> RefusedAsync(AsOf asOf, string now = "2026-12-01T00:00:00Z") => (await Should.ThrowAsync<RuleViolationException>(() => At(now).FindAsync(asOf))).Code;

    AsOfPositions At(string now) => new(database.DataSource, new ManualClock { Now = DateTimeOffset.Parse(now, CultureInfo.InvariantCulture) });

    ProjectionRebuild Rebuild(int pageSize) => new(database.DataSource, database.CatchUp, TimeProvider.System) { PageSize = pageSize, FreshPageSize = pageSize };

    Task CatchUpAsync(int pageSize) => database.CatchUpAsync(ContactsProjection.Definition, pageSize);

    static PhoneNumber Phone(int row) => PhoneNumber.Mexican(5570000000 + row);

    /// <summary>Dates what was appended since the last time: mostly later than what was before, by minutes or hours, now and then earlier.</summary>
    sealed class Clock(PadronDatabase database, int seed, string from)
    {
        readonly Random random = new(seed);
        DateTimeOffset now = DateTimeOffset.Parse(from + "T00:00:00Z", CultureInfo.InvariantCulture);
        long position;

        public int Ticks { get; private set; }

        public async Task TickAsync()
        {
            Ticks++;
            var events = (await database.ReadAsync($"select seq_id from events.mt_events where seq_id > {position} order by 1", r => r.GetInt64(0))).ToArray();
            var times = events.Select(_ => now += TimeSpan.FromMinutes(random.Next(10) == 0 ? -random.Next(900) : random.Next(400))).ToArray();
            await database.ExecuteAsync(
                "update events.mt_events e set timestamp = t.at from unnest($1::bigint[], $2::timestamptz[]) t (seq_id, at) where e.seq_id = t.seq_id", events, times);
            position = events.Length > 0 ? events[^1] : position;
        }
    }
}
