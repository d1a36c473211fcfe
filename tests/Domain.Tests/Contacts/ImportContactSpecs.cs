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
    public void A_number_already_registered_with_the_same_details_is_left_as_it_is()
    {
        Importing(Row, Imported).ThenNothing();
        Importing(Row with { MarkedInvalid = true, ImportId = Later }, Imported, Verified).ThenNothing();
        Importing(Row, Imported, OptedOut).ThenNothing();
        Importing(Row, Registered).ThenNothing();
    }

    [Fact]
    public void A_later_import_changes_what_it_tells_otherwise_and_a_blank_cell_says_nothing()
    {
        var moved = Details with { FullName = "ANA PEÑA LÓPEZ", Address = null, City = "Coyoacán", PhoneOriginal = "5512345678", MigratedAt = null };
        var changed = new ContactDetailsChanged(Details with { FullName = "ANA PEÑA LÓPEZ", City = "Coyoacán" }, ChangedBy: null, At, Later, SourceRow: 7);

        Importing(LaterRow(moved), Imported, Verified).Then(changed);
        Importing(LaterRow(moved), Imported, Verified, changed).ThenNothing();
        Importing(LaterRow(moved) with { ImportId = Guid.NewGuid() }, Imported, Verified, changed).ThenNothing();
        Importing(LaterRow(new ContactDetails()), Imported).ThenNothing();
    }

    [Fact]
    public void A_state_and_a_city_that_were_worked_out_from_the_LADA_change_nothing()
    {
        var row = LaterRow(Details with { StateCode = "MEX", City = "Toluca" });

        Importing(row with { StateInferred = true, CityInferred = true }, Imported).ThenNothing();
        Importing(row with { StateInferred = true }, Imported).Then(new ContactDetailsChanged(Details with { City = "Toluca" }, null, At, Later, SourceRow: 7));
    }

    [Fact]
    public void Of_the_rows_of_one_file_the_first_speaks_also_of_a_contact_that_was_known()
    {
        var first = new ContactDetailsChanged(Details with { FullName = "OTRA" }, null, At, Later, SourceRow: 3);

        Importing(LaterRow(Details with { FullName = "TERCERA" }), Imported, first).ThenNothing();
        Importing(Row with { Details = Details with { FullName = "OTRA" } }, Imported).ThenNothing();
    }

    [Fact]
    public void What_a_person_registered_or_corrected_stands_against_any_import()
    {
        var row = LaterRow(Details with { FullName = "OTRA", Address = "Otra 1" });

        Importing(row, Registered).ThenNothing();
        Importing(row, Imported, DetailsChanged).ThenNothing();
        Importing(row, Imported, new ContactDetailsChanged(Details with { City = "X" }, null, At, Guid.NewGuid(), 9), DetailsChanged).ThenNothing();
    }

    [Fact]
    public void A_change_of_details_revives_nothing()
    {
        var row = LaterRow(Details with { FullName = "OTRA" });
        ContactEvent changed = new ContactDetailsChanged(Details with { FullName = "OTRA" }, null, At, Later, SourceRow: 7);

        Importing(row, Imported, Verified, OptedOut).Then(changed);
        Spec.Contact(Imported, Verified, OptedOut, changed).State.Status.ShouldBe(ContactStatus.OptedOut);
        Importing(row, Imported, Verified, Extracted).Then(changed);
        Spec.Contact(Imported, Verified, Extracted, changed).State.Status.ShouldBe(ContactStatus.Extracted);
        Importing(row, Imported, Invalidated).Then(changed);
        Spec.Contact(Imported, Invalidated, changed).State.Status.ShouldBe(ContactStatus.Invalid);
    }

    [Fact]
    public void A_stranger_that_opted_out_is_registered_and_stays_opted_out()
    {
        Importing(Row, StrangerOptedOut).Then(Imported, Verified);
        Spec.Contact(StrangerOptedOut, Imported, Verified).State.Status.ShouldBe(ContactStatus.OptedOut);
    }

    static readonly Guid Later = new("0198c0de-0000-7000-8000-000000000009");

    static ImportContact LaterRow(ContactDetails details) => Row with { Details = details, ImportId = Later, SourceRow = 7 };

    static When Importing(ImportContact row, params ContactEvent[] history) => Spec.Contact(history).When(c => ContactDecider.Decide(row, c));
}
