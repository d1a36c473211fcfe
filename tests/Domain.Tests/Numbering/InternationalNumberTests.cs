using FsCheck;
using FsCheck.Fluent;
using Padron.Domain.Numbering;
using Padron.Domain.Numbering.Regions;
using Padron.Domain.Tests.Numbering.Regions;

namespace Padron.Domain.Tests.Numbering;

public sealed class InternationalNumberTests
{
    [Theory, MemberData(nameof(WrittenAnywhere.Numbers), MemberType = typeof(WrittenAnywhere))]
    public void A_number_of_any_region_is_understood(string text, string? home, string e164, string? region, NumberType type)
    {
        InternationalNumber.Read(text, home, out var number).ShouldBeNull();
        (number.ToString(), number.Region, number.Type, number.IsValid).ShouldBe((e164, region, type, type is not NumberType.Unknown));
    }

    [Theory, MemberData(nameof(WrittenAnywhere.Rejected), MemberType = typeof(WrittenAnywhere))]
    public void Anything_else_has_its_reason(string? text, string? home, RejectionReason reason)
    {
        InternationalNumber.Read(text, home, out var number).ShouldBe(reason);
        number.ShouldBe(default);
    }

    [Theory, MemberData(nameof(WrittenAnywhere.Formats), MemberType = typeof(WrittenAnywhere))]
    public void A_number_is_written_as_its_country_writes_it(string e164, string? destinationCode, string national, string international)
    {
        InternationalNumber.Read(e164, null, out var number).ShouldBeNull();
        (number.NationalDestinationCode, number.ToNational(), number.ToInternational()).ShouldBe((destinationCode, national, international));
    }

    [Fact]
    public void The_parts_of_a_number_make_it_up()
    {
        InternationalNumber.Read("+39 06 1234 5678", null, out var rome);
        (rome.CallingCode, rome.National, rome.IsPossible).ShouldBe((39, "0612345678", true));
    }

    [Theory]
    [InlineData("+525512345678", true)]
    [InlineData("+52551234567", false)]
    [InlineData("+5255123456789", false)]
    [InlineData("+573001234567", true)]
    [InlineData("+57300123456789", false)]
    public void A_number_of_the_wrong_length_is_not_possible(string text, bool possible)
    {
        InternationalNumber.Read(text, null, out var number).ShouldBeNull();
        number.IsPossible.ShouldBe(possible);
    }

    [Fact]
    public void No_number_has_no_parts()
    {
        InternationalNumber none = default;
        (none.CallingCode, none.National, none.Region, none.NationalDestinationCode, none.IsPossible, none.IsValid, none.ToPhoneNumber())
            .ShouldBe((0, "", null, null, false, false, null));
        (none.ToString(), none.ToNational(), none.ToInternational()).ShouldBe(("", "", ""));
    }

    [Fact]
    public void The_metadata_alone_do_not_know_what_was_dialled_in_Mexico_before_2020()
    {
        foreach (var old in (string[])["0445512345678", "0455512345678", "015512345678", "15512345678", "+5215512345678"])
        {
            InternationalNumber.ReadStripped(old, "MX", out var stripped).ShouldBeNull();
            stripped.IsValid.ShouldBeFalse();
            InternationalNumber.Read(old, "MX", out var read).ShouldBeNull();
            read.ToString().ShouldBe("+525512345678");
        }
    }

    [Fact]
    public void What_is_no_stripped_number_is_the_callers_mistake()
    {
        Should.Throw<ArgumentException>(() => InternationalNumber.ReadStripped("55 1234 5678", "MX", out _));
        Should.Throw<ArgumentException>(() => InternationalNumber.ReadStripped(new string('1', 25), "MX", out _));
        Should.Throw<ArgumentException>(() => InternationalNumber.ReadStripped("+++5512345678", "MX", out _));
        Should.Throw<ArgumentException>(() => InternationalNumber.Read("5512345678", "XX", out _)).Message.ShouldStartWith("There is no region 'XX'");
        InternationalNumber.ReadStripped("", "MX", out _).ShouldBe(RejectionReason.TooShort);
        InternationalNumber.ReadStripped("+", "MX", out _).ShouldBe(RejectionReason.UnknownCallingCode);
    }

    [Fact]
    public void A_number_in_E_164_comes_back_from_the_register_as_it_went_in()
    {
        var walk = new DigitWalk(new Random(4));
        foreach (var region in RegionTable.All)
        {
            foreach (var (_, pattern) in region.Patterns.Where(pattern => pattern.Name is "fixedLine" or "mobile" or "voip" or "uan"))
            {
                InternationalNumber.ReadStripped($"+{region.CallingCode}{walk.Along(pattern)}", null, out var number).ShouldBeNull();
                if (number.ToPhoneNumber() is { } phone) InternationalNumber.Of(phone).ShouldBe(number);
                else number.ToString().Length.ShouldSatisfyAllConditions(length => (length < 9 || length > 16).ShouldBeTrue()); // with the plus
            }
        }
    }

    [Fact]
    public void Digits_with_no_calling_code_are_no_number() => InternationalNumber.Of(new PhoneNumber(9_991_234_567)).ShouldBe(default);

    [Fact]
    public void What_the_register_takes_for_Mexican_is_valid_in_Mexico() =>
        Check.QuickThrowOnFailure(Prop.ForAll(Arb.From(Gen.Elements<LadaPlace>(Ladas.All)), Arb.From(Gen.Choose(0, 9_999_999)), (place, rest) =>
        {
            var phone = PhoneNumber.Mexican(long.Parse($"{place.Lada}{rest * 10L:00000000}"[..10], null));
            var number = InternationalNumber.Of(phone);
            return number is { Region: "MX", IsValid: true } && number.NationalDestinationCode == place.Lada && number.ToPhoneNumber() == phone;
        }));

    [Fact]
    public void No_text_makes_it_throw_and_the_answer_is_a_number_or_a_reason() =>
        Check.One(Config.QuickThrowOnFailure.WithMaxTest(5_000), Prop.ForAll(
            Arb.From(Texts.Any), Arb.From(Gen.Elements("MX", "US", "AR", "BR", "IT", "JP", "AG", null)), (text, home) =>
        {
            var reason = InternationalNumber.Read(text, home, out var number);
            return reason is null ? number.ToString().Length > 3 && number.ToInternational().Length > 3 && number.ToNational().Length > 1 : number == default;
        }));
}
