using Padron.Domain.Contacts;
using Padron.Domain.Numbering;
using static Padron.Domain.Tests.Contacts.Facts;

namespace Padron.Domain.Tests.Contacts;

public sealed class RegisterContactSpecs
{
    static readonly NumberingBlock Mobile = new(5512340000, 5512349999, LineType.Mobile, "TELCEL");
    static readonly NumberingBlock Fixed = Mobile with { Line = LineType.Fixed, Carrier = "TELMEX" };
    static readonly RegisterContact Command = new(Phone, Details, Mobile, PlanVersion: "pnn-2026-08", "ana", At);

    [Fact]
    public void A_new_number_is_registered_with_what_the_plan_says_of_its_line()
    {
        Registering(Command).Then(Registered, Verified);
        Registering(Command with { Line = Fixed }).Then(Registered, NotMobile);
        Registering(Command with { Line = null }).Then(Registered);
        Registering(Command with { Line = Mobile with { Line = LineType.Unknown } }).Then(Registered);
    }

    [Fact]
    public void The_LADA_comes_from_the_number()
    {
        var phone = PhoneNumber.Mexican(9991234567);
        Registering(Command with { Phone = phone, Line = null }).Then(Registered with { Phone = phone, Lada = "999" });
    }

    [Fact]
    public void A_number_of_another_country_has_no_LADA_and_no_place_by_it()
    {
        var phone = new PhoneNumber(573001234567);
        Registering(Command with { Phone = phone, Line = null }).Then(Registered with { Phone = phone, Lada = null });
        ContactDetails.Of(phone, "+57 300 1234567", "ANA PEÑA", null, null, null, state: null, city: null)
            .ShouldBe(new ContactDetails("+57 300 1234567", "ANA PEÑA"));
    }

    [Fact]
    public void A_stranger_that_opted_out_is_registered_and_stays_opted_out()
    {
        Registering(Command, StrangerOptedOut).Then(Registered, Verified);
        Spec.Contact(StrangerOptedOut, Registered, Verified).State.Status.ShouldBe(ContactStatus.OptedOut);
    }

    [Fact]
    public void A_number_that_is_in_the_register_is_refused_also_where_the_command_is_repeated()
    {
        Registering(Command, Imported).ThenRefused("contact_exists");
        Registering(Command, Registered, Verified).ThenRefused("contact_exists");
        Registering(Command, StrangerOptedOut, Imported).ThenRefused("contact_exists");
    }

    [Fact]
    public void What_is_not_said_of_the_place_is_that_of_the_LADA()
    {
        ContactDetails.Of(PhoneNumber.Mexican(9991234567), null, null, null, null, null, state: null, city: null)
            .ShouldBe(new ContactDetails(StateCode: "YUC", City: "Mérida"));
        ContactDetails.Of(PhoneNumber.Mexican(9991234567), null, null, null, null, null, MexicanStates.Find("CAMP"), "  Calkiní ")
            .ShouldBe(new ContactDetails(StateCode: "CAMP", City: "Calkiní"));
    }

    [Fact]
    public void What_was_written_is_cleaned() =>
        ContactDetails.Of(Phone, " 55 1234  5678", "ANA\tPEÑA ", "S/N", "", "Cuauhtémoc", MexicanStates.Find("CDMX"), "N/A", At)
            .ShouldBe(new ContactDetails("55 1234 5678", "ANA PEÑA", null, null, "Cuauhtémoc", "CDMX", "Ciudad de México", At));

    static When Registering(RegisterContact command, params ContactEvent[] history) => Spec.Contact(history).When(c => ContactDecider.Decide(command, c));
}
