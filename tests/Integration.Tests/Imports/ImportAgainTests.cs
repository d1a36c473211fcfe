using Padron.Application.Contacts;
using Padron.Domain.Contacts;
using Padron.Domain.Numbering;
using Padron.Integration.Tests.Fixture;
using Padron.MartenExtensions;

namespace Padron.Integration.Tests.Imports;

/// <summary>Numbers that the register, or an earlier row, has already.</summary>
public sealed class ImportAgainTests(ImportSample sample) : IClassFixture<ImportSample>, IAsyncLifetime
{
    readonly PadronDatabase database = new();

    [Fact]
    public async Task The_same_file_again_adds_no_event_at_any_batch_size()
    {
        await database.LoadPlanAsync(sample.Plan);
        var first = await database.ImportAsync(sample.Database);
        var events = await database.CountContactEventsAsync();

        foreach (var batchSize in (int[])[10_000, 997])
        {
            var again = await database.ImportAsync(sample.Database, batchSize);

            again.ImportId.ShouldNotBe(first.ImportId);
            again.Tally.ShouldAddUp();
            (again.Tally.AlreadyKnown, again.Tally.Imported, again.Tally.Duplicates).ShouldBe((sample.Truth.Imported + sample.Truth.Duplicates, 0, 0));
            Importing.NotZero(again.Tally.Rejected).ShouldBe(Importing.NotZero(sample.Truth.Rejected), ignoreOrder: true);
            (again.Tally.Verified, again.Tally.LadaInferred).ShouldBe((0, 0));
        }

        (await database.CountContactEventsAsync()).ShouldBe(events);
    }

    [Theory]
    [InlineData(10_000)]
    [InlineData(2)]
    public async Task Of_a_file_that_overlaps_new_numbers_are_added_and_the_details_of_others_changed(int batchSize)
    {
        using var first = new ContactFile().Add("5512345601", "PRIMERA").Add("5512345602", "SEGUNDA");
        using var second = new ContactFile()
            .Add("55 1234 5602", "OTRA").Add("5512345603", "TERCERA").Add("+525512345602", "MAS").Add("5512345603", "CUARTA").Add("nada").Add("5512345604");
        await database.ImportAsync(first.Path, batchSize);

        var tally = (await database.ImportAsync(second.Path, batchSize)).Tally;
        await database.CatchUpAsync();

        (tally.RowsRead, tally.Imported, tally.AlreadyKnown, tally.Duplicates, tally.RejectedTotal, tally.DetailsChanged).ShouldBe((6, 2, 2, 1, 1, 1));
        (await NameAsync(5512345602)).ShouldBe("OTRA"); // and not MAS, which stands in a higher row
        (await NameAsync(5512345603)).ShouldBe("TERCERA");
        (await NameAsync(5512345604)).ShouldBeNull();
        (await database.ScalarAsync<long>("select count(*) from read.contacts")).ShouldBe(4);
    }

    [Theory]
    [InlineData(10_000)]
    [InlineData(1)]
    public async Task Of_duplicates_the_lowest_row_speaks_for_the_number(int batchSize)
    {
        using var file = new ContactFile();
        foreach (var (id, numero, name) in (ReadOnlySpan<(int, string, string)>)[(7, "5512345678", "SIETE"), (-3, "044 55 1234 5678", "MENOS TRES"), (4, "5512345678.0", "CUATRO"), (0, "8112345678", "CERO")])
            file.Execute("insert into numeros (id, numero, nombre) values ($0, $1, $2)", id, numero, name);

        var tally = (await database.ImportAsync(file.Path, batchSize)).Tally;
        await database.CatchUpAsync();

        (tally.RowsRead, tally.Imported, tally.Duplicates).ShouldBe((4, 2, 2));
        (await NameAsync(5512345678)).ShouldBe("MENOS TRES");
        (await database.ScalarAsync<long>("select source_row from read.contact_profiles where full_name = 'MENOS TRES'")).ShouldBe(-3);
    }

    [Fact]
    public async Task A_stranger_who_opted_out_is_registered_and_stays_opted_out()
    {
        await database.LoadPlanAsync(sample.Plan);
        using var file = new ContactFile().Add("5512345678", "ANA").Add("55-1234-5678", "ANA OTRA VEZ");
        var phone = PhoneNumber.Mexican(5512345678);
        await database.Contacts.ExecuteAsync(
            phone, new OptOutContact(phone, OptOutMethod.SmsKeyword, "ALTO", By: null, DateTimeOffset.UnixEpoch), ContactDecider.Decide, EventMetadata.None);

        var tally = (await database.ImportAsync(file.Path)).Tally;
        await database.CatchUpAsync();

        (tally.Imported, tally.Duplicates, tally.AlreadyKnown).ShouldBe((1, 1, 0));
        var contact = (await database.Get<GetContact>().GetAsync(phone)).ShouldNotBeNull();
        (contact.Status, contact.FullName, contact.OptOutMethod).ShouldBe(("OPTED_OUT", "ANA", "sms_keyword"));
        (await database.Contacts.LoadAsync(phone)).Status.ShouldBe(ContactStatus.OptedOut);

        (await database.ImportAsync(file.Path)).Tally.AlreadyKnown.ShouldBe(2);
    }

    public Task InitializeAsync() => database.InitializeAsync();

    public Task DisposeAsync() => database.DisposeAsync();

    async Task<string?> NameAsync(long national) => (await database.Get<GetContact>().GetAsync(PhoneNumber.Mexican(national))).ShouldNotBeNull().FullName;
}
