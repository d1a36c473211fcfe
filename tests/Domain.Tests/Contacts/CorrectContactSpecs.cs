using Padron.Domain.Contacts;
using static Padron.Domain.Tests.Contacts.Facts;

namespace Padron.Domain.Tests.Contacts;

public sealed class CorrectContactSpecs
{
    static readonly CorrectContact Nothing = new(null, null, null, null, null, null, "ana", At);

    [Fact]
    public void What_is_given_changes_and_all_else_stays()
    {
        Correcting(Nothing with { FullName = "ANA PEÑA LÓPEZ", Address = "" }, Imported).Then(DetailsChanged);
        Correcting(Nothing with { FullName = " ANA PEÑA  LÓPEZ ", Address = " " }, Registered).Then(DetailsChanged);
        Correcting(Nothing with { City = "Coyoacán", Municipality = "Coyoacán", Neighborhood = "Del Carmen" }, Imported)
            .Then(new ContactDetailsChanged(Details with { City = "Coyoacán", Municipality = "Coyoacán", Neighborhood = "Del Carmen" }, "ana", At));
    }

    [Fact]
    public void A_correction_goes_out_from_the_one_before() =>
        Correcting(Nothing with { City = "Tlalpan" }, Imported, Verified, DetailsChanged)
            .Then(DetailsChanged with { Details = DetailsChanged.Details with { City = "Tlalpan" } });

    [Theory]
    [InlineData("YUC", "YUC")]
    [InlineData("yucatan", "YUC")]
    [InlineData("", null)]
    [InlineData("  ", null)]
    public void A_state_is_known_by_any_of_its_names_and_may_be_taken_away(string typed, string? code) =>
        Correcting(Nothing with { State = typed }, Imported).Then(new ContactDetailsChanged(Details with { StateCode = code }, "ana", At));

    [Fact]
    public void A_state_that_does_not_exist_is_refused() => Correcting(Nothing with { State = "Atlantis" }, Imported).ThenRefused("place_unknown");

    [Fact]
    public void What_comes_to_the_same_or_is_repeated_changes_nothing()
    {
        Correcting(Nothing, Imported).ThenNothing();
        Correcting(Nothing with { FullName = Details.FullName, City = " Ciudad de  México", State = "Distrito Federal" }, Imported).ThenNothing();
        Correcting(Nothing with { FullName = "ANA PEÑA LÓPEZ", Address = "" }, Imported, DetailsChanged).ThenNothing();
        Correcting(Nothing with { Address = "S/N" }, Registered with { Details = new() }).ThenNothing();
    }

    [Fact]
    public void A_number_nobody_registered_can_not_be_corrected()
    {
        Correcting(Nothing with { FullName = "ANA" }).ThenRefused("contact_unknown");
        Correcting(Nothing with { FullName = "ANA" }, StrangerOptedOut).ThenRefused("contact_unknown");
    }

    static When Correcting(CorrectContact command, params ContactEvent[] history) => Spec.Contact(history).When(c => ContactDecider.Decide(command, c));
}
