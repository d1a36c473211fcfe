using Padron.Domain.Contacts;
using Padron.Domain.Numbering;
using static Padron.Domain.Tests.Contacts.Facts;

namespace Padron.Domain.Tests.Contacts;

public sealed class ImportContactSpecs
{
    static readonly NumberingBlock Mobile = new(5512340000, 5512349999, LineType.Mobile, "TELCEL");
    static readonly NumberingBlock Fixed = Mobile with { Line = LineType.Fixed, Carrier = "TELMEX" };
    static readonly ImportContact Row = new(
        Phone, LadaInferred: false, Details, MarkedInvalid: false, Mobile, PlanVersion: "pnn-2026-08", ImportId, SourceRow: 42, At);
    static readonly ContactInvalidated MarkedInvalid = new(InvalidationReason.MarkedInvalidInSource, At);

    [Fact]
    public void A_number_in_a_mobile_block_is_registered_and_verified() => Importing(Row).Then(Imported, Verified);

    [Fact]
    public void A_number_in_a_fixed_block_is_registered_and_not_mobile() => Importing(Row with { Line = Fixed }).Then(Imported, NotMobile);

    [Fact]
    public void A_number_without_a_block_is_registered_and_left_unverified() => Importing(Row with { Line = null }).Then(Imported);

    [Fact]
    public void A_block_of_unknown_kind_says_nothing() => Importing(Row with { Line = Mobile with { Line = LineType.Unknown } }).Then(Imported);

    [Fact]
    public void What_the_source_marks_as_invalid_is_invalid_whatever_the_plan_says()
    {
        Importing(Row with { MarkedInvalid = true }).Then(Imported, MarkedInvalid);
        Importing(Row with { MarkedInvalid = true, Line = Fixed }).Then(Imported, MarkedInvalid);
        Importing(Row with { MarkedInvalid = true, Line = null }).Then(Imported, MarkedInvalid);
    }

    [Fact]
    public void The_LADA_comes_from_the_number_and_its_completion_is_remembered()
    {
        var phone = PhoneNumber.Mexican(9991234567);
        Importing(Row with { Phone = phone, LadaInferred = true, Line = null }).Then(Imported with { Phone = phone, Lada = "999", LadaInferred = true });
    }

    [Fact]
    public void A_number_already_registered_is_left_as_it_is()
    {
        Importing(Row, Imported).ThenNothing();
        Importing(Row with { MarkedInvalid = true, ImportId = Guid.NewGuid() }, Imported, Verified).ThenNothing();
        Importing(Row, Imported, OptedOut).ThenNothing();
        Importing(Row, Registered).ThenNothing();
    }

    [Fact]
    public void A_stranger_that_opted_out_is_registered_and_stays_opted_out()
    {
        Importing(Row, StrangerOptedOut).Then(Imported, Verified);
        Spec.Contact(StrangerOptedOut, Imported, Verified).State.Status.ShouldBe(ContactStatus.OptedOut);
    }

    static When Importing(ImportContact row, params ContactEvent[] history) => Spec.Contact(history).When(c => ContactDecider.Decide(row, c));
}
