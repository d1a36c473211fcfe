using Padron.Domain.Contacts;
using Padron.Domain.Numbering;
using Padron.Integration.Tests.Fixture;
using Padron.MartenExtensions;
using Padron.Projections.Contacts;
using Padron.Projections.Rebuilds;

namespace Padron.Integration.Tests.Projections;

public sealed class ContactsProjectionTests : IAsyncLifetime
{
    static readonly DateTimeOffset At = new(2026, 1, 1, 0, 0, 0, TimeSpan.Zero);
    static readonly PhoneNumber Phone = PhoneNumber.Mexican(5512345678);
    static readonly ContactImported Imported = new(Phone, LadaInferred: false, "55", new(StateCode: "CDMX"), Guid.CreateVersion7(), 1, At);

    readonly PadronDatabase database = new();

    public Task InitializeAsync() => database.InitializeAsync();

    public Task DisposeAsync() => database.DisposeAsync();

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    public async Task Random_lives_come_to_the_same_rows_in_pages_of_any_size(int seed)
    {
        var lives = new RandomLives(database, seed);
        await lives.AppendDecidedAsync(contacts: 300, events: 1_200, NowAndThen(pageSize: 7));

        await RowsShouldBeThoseOfAnyPageSizeAsync();

        var rows = await ContactTables.ReadAsync(database);
        rows.States.Select(row => row.Status).Distinct().Order().ShouldBe(["EXTRACTED", "INVALID", "NOT_MOBILE", "OPTED_OUT", "UNVERIFIED", "VERIFIED"]);
        rows.States.Select(row => row.Phone).ShouldAllBe(phone => phone != null);
        rows.States.ExceptBy(rows.Profiles.Select(row => row.Id), row => row.Id).ShouldNotBeEmpty("strangers that opted out were to be among them");
    }

    [Theory]
    [InlineData(3)]
    [InlineData(4)]
    public async Task Events_in_an_order_no_decider_allows_confuse_nothing(int seed)
    {
        var lives = new RandomLives(database, seed);
        await lives.AppendAnyAsync(contacts: 150, events: 900, NowAndThen(pageSize: 7));

        await RowsShouldBeThoseOfAnyPageSizeAsync();
    }

    [Theory]
    [InlineData(1)]
    [InlineData(1_000)]
    public async Task A_strangers_number_is_known_however_often_it_comes_and_goes(int pageSize)
    {
        var stranger = new ContactOptedOut(Phone, OptOutMethod.Api, null, null, At);
        await AppendAsync(stranger, new ContactOptedIn("paper", null, At), stranger with { Phone = null, Method = OptOutMethod.Panel });

        await CatchUpAsync(pageSize);

        (await database.RowsAsync("select phone_e164, status, opt_out_method from read.contacts"))
            .ShouldBe(["""{"phone_e164":"+525512345678","status":"OPTED_OUT","opt_out_method":"panel"}"""]);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(1_000)]
    public async Task A_stranger_that_is_imported_later_stays_opted_out(int pageSize)
    {
        await AppendAsync(new ContactOptedOut(Phone, OptOutMethod.Api, null, null, At), Imported, new ContactVerified(VerificationMethod.NumberingPlan, "TELCEL", null, At));

        await CatchUpAsync(pageSize);

        (await database.RowsAsync("select status, line_type, state_code, contacts from read.contact_counts"))
            .ShouldBe(["""{"status":"OPTED_OUT","line_type":"MOBILE","state_code":"CDMX","contacts":1}"""]);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(1_000)]
    public async Task A_contact_that_was_given_back_is_available_until_it_is_handed_out_again(int pageSize)
    {
        var (first, second) = (Guid.CreateVersion7(), Guid.CreateVersion7());
        await AppendAsync(
            Imported, new ContactVerified(VerificationMethod.Manual, null, null, At), new ContactExtracted(first, At),
            new ContactReleased(first, ReleaseReason.ExtractionCancelled, At), new ContactExtracted(second, At.AddDays(1)));
        await CatchUpAsync(pageSize);
        (await database.RowsAsync("select status, extraction_id, version from read.contacts"))
            .ShouldBe([$$"""{"status":"EXTRACTED","extraction_id":"{{second}}","version":5}"""]);

        await AppendAtAsync(5, new ContactReleased(second, ReleaseReason.ExtractionFailed, At));
        await CatchUpAsync(pageSize);
        (await database.RowsAsync("select status, extraction_id, extracted_at, version from read.contacts"))
            .ShouldBe(["""{"status":"VERIFIED","extraction_id":null,"extracted_at":null,"version":6}"""]);
        (await database.RowsAsync("select status, contacts from read.contact_counts")).ShouldBe(["""{"status":"VERIFIED","contacts":1}"""]);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(1_000)]
    public async Task A_correction_moves_the_contact_to_another_place_and_keeps_where_it_came_from(int pageSize)
    {
        await AppendAsync(Imported with { Details = new("55 1234", "ANA", "Calle 5", "Centro", "Coyoacán", "CDMX", "Ciudad de México", At) }, Correction());
        await CatchUpAsync(pageSize);

        (await database.RowsAsync("select state_code, municipality_key, city_key, lada, contacts from read.contact_counts"))
            .ShouldBe(["""{"state_code":"YUC","municipality_key":"","city_key":"MERIDA","lada":"55","contacts":1}"""]);
        (await database.RowsAsync("select phone_original, full_name, address, municipality, city, import_id, source_row from read.contact_profiles"))
            .ShouldBe([$$"""{"phone_original":"55 1234","full_name":"ANA PEÑA","address":null,"municipality":null,"city":"Mérida","import_id":"{{Imported.ImportId}}","source_row":1}"""]);

        static ContactDetailsChanged Correction() => new(new("55 1234", "ANA PEÑA", null, null, null, "YUC", "Mérida"), "ana", At);
    }

    [Fact]
    public async Task Counts_that_came_to_nothing_are_gone()
    {
        await AppendAsync(Imported);
        await CatchUpAsync(1);
        (await database.RowsAsync("select status, contacts from read.contact_counts")).ShouldBe(["""{"status":"UNVERIFIED","contacts":1}"""]);

        await AppendAtAsync(1, new ContactInvalidated(InvalidationReason.Impossible, At));
        await CatchUpAsync(1);
        (await database.RowsAsync("select status, contacts from read.contact_counts")).ShouldBe(["""{"status":"INVALID","contacts":1}"""]);
    }

    [Fact]
    public async Task A_rebuild_repairs_whatever_was_done_to_the_rows()
    {
        await new RandomLives(database, 5).AppendDecidedAsync(contacts: 50, events: 200, () => Task.CompletedTask);
        await CatchUpAsync(1_000);
        var rows = await ContactTables.ReadAsync(database);

        await database.ExecuteAsync("delete from read.contact_profiles");
        await database.ExecuteAsync("update read.contact_states set opted_out_at = null, carrier = 'nobody'");
        await database.ExecuteAsync("update read.contact_counts set contacts = contacts + 1");
        await database.Rebuild.RunAsync(ContactsProjection.Definition);

        (await ContactTables.ReadAsync(database)).ShouldBe(rows);
    }

    Task RebuildAsync(int pageSize, bool usesFreshFold) =>
        new ProjectionRebuild(database.DataSource, database.CatchUp, TimeProvider.System) { PageSize = pageSize, FreshPageSize = pageSize, UsesFreshFold = usesFreshFold }
            .RunAsync(ContactsProjection.Definition);

    Task CatchUpAsync(int pageSize) => database.CatchUpAsync(ContactsProjection.Definition, pageSize);

    // Now and then the projection catches up with what is there, so that one contact's events fall into pages of all kinds.
    Func<Task> NowAndThen(int pageSize)
    {
        var batches = 0;
        return () => ++batches % 10 == 0 ? CatchUpAsync(pageSize) : Task.CompletedTask;
    }

    async Task RowsShouldBeThoseOfAnyPageSizeAsync()
    {
        var expected = await ExpectedContacts.FoldAsync(database);
        await CatchUpAsync(7);
        (await ContactTables.ReadAsync(database)).ShouldBe(expected);
        foreach (var pageSize in new[] { 1, 7, 1_000 })
        {
            await RebuildAsync(pageSize, usesFreshFold: true);
            (await ContactTables.ReadAsync(database)).ShouldBe(expected);
            await RebuildAsync(pageSize, usesFreshFold: false);
            (await ContactTables.ReadAsync(database)).ShouldBe(expected);
        }
    }

    Task AppendAsync(params ContactEvent[] events) => AppendAtAsync(0, events);

    async Task AppendAtAsync(long version, params ContactEvent[] events) =>
        (await database.Store.AppendAsync(PadronDatabase.Key.IdOf(Phone), version, events, EventMetadata.None)).ShouldBeOfType<AppendResult.Appended>();
}
