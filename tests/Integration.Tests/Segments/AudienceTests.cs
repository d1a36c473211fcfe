using Padron.Application.Segments;
using Padron.Domain;
using Padron.Domain.Contacts;
using Padron.Domain.Segments;
using Padron.Integration.Tests.Fixture;
using Padron.MartenExtensions;

namespace Padron.Integration.Tests.Segments;

public sealed class AudienceTests : IAsyncLifetime
{
    static readonly SegmentName Name = SegmentName.Parse("capital");

    readonly PadronDatabase database = new();

    Audiences Audiences => database.Get<Audiences>();

    public Task InitializeAsync() => database.InitializeAsync();

    public Task DisposeAsync() => database.DisposeAsync();

    [Fact]
    public async Task An_audience_has_the_verified_contacts_of_its_moment_each_once_whatever_becomes_of_them_and_of_the_segment()
    {
        var phones = await database.GivenVerifiedAsync(11_000); // three chunks
        await database.GivenVerifiedAsync(10, firstNational: 8110000000, stateCode: "NL", city: "Monterrey");
        await OptOutAsync(phones[0]);
        await database.CatchUpAsync();
        var segments = database.Get<SegmentHandler>();
        await segments.DefineAsync(Name, new() { Ladas = ["55"], NotSentForDays = 30 }, "ana");

        var audience = await Audiences.MaterialiseAsync(Name, "ana");
        await OptOutAsync(phones[1]);
        await database.CatchUpAsync();
        await segments.ChangeAsync(Name, new() { Ladas = ["81"] }, "ana");

        audience.Contacts.ShouldBe(10_999);
        (await Audiences.ContactsAsync(audience.Id).ToArrayAsync()).ShouldBe(phones.Skip(1).Select(PadronDatabase.Key.IdOf), ignoreOrder: true);
        var listed = (await Audiences.ListAsync()).ShouldHaveSingleItem();
        (listed.Id, listed.Segment, listed.Contacts, listed.Filter).ShouldBe((audience.Id, "capital", 10_999L, audience.Filter));
        (audience.Filter.NotSentForDays, audience.Filter.NotSentSince is null).ShouldBe((null, false));
    }

    [Fact]
    public async Task An_audience_that_is_removed_is_gone_with_its_contacts()
    {
        await database.GivenVerifiedAsync(3);
        await database.CatchUpAsync();
        await database.Get<SegmentHandler>().DefineAsync(Name, new() { Ladas = ["55"] }, "ana");
        var audience = await Audiences.MaterialiseAsync(Name, "ana");

        (await Audiences.RemoveAsync(audience.Id)).ShouldBeTrue();
        (await Audiences.RemoveAsync(audience.Id)).ShouldBeFalse();

        (await Audiences.ListAsync()).ShouldBeEmpty();
        (await database.ScalarAsync<long>("select count(*) from padron.audience_contacts")).ShouldBe(0);
    }

    [Fact]
    public async Task A_segment_of_nobody_makes_an_empty_audience_and_one_of_the_opted_out_none()
    {
        await database.Get<SegmentHandler>().DefineAsync(Name, new() { Ladas = ["55"] }, "ana");
        (await Audiences.MaterialiseAsync(Name, "ana")).Contacts.ShouldBe(0);

        await database.Get<SegmentHandler>().ChangeAsync(Name, new() { Statuses = [ContactStatus.OptedOut] }, "ana");
        (await Should.ThrowAsync<RuleViolationException>(() => Audiences.MaterialiseAsync(Name, "ana"))).Code.ShouldBe("segment_not_extractable");
    }

    Task OptOutAsync(Domain.Numbering.PhoneNumber phone) => database.Contacts.ExecuteAsync(
        phone, new OptOutContact(phone, OptOutMethod.Api, Reason: null, By: null, DateTimeOffset.UnixEpoch), ContactDecider.Decide, EventMetadata.None);
}
