using Padron.Domain.Numbering;

namespace Padron.Domain.Tests.Numbering;

/// <summary>Numbers that a person types into a command or a path.</summary>
public sealed class TypedNumberTests
{
    [Theory]
    [InlineData("55 1234 5678", "+525512345678")]
    [InlineData("044 55 1234 5678", "+525512345678")]
    [InlineData("+52 1 55 1234 5678", "+525512345678")]
    [InlineData("+57 300 123 4567", "+573001234567")]
    [InlineData("0057 300 123 4567", "+573001234567")]
    [InlineData("+1 312 555 0100", "+13125550100")] // Chicago; Colima's LADA is 312, but eleven digits are no doubt
    [InlineData("+593 99 123 4567", "+593991234567")]
    [InlineData("+54 9 11 2345-6789", "+5491123456789")]
    [InlineData("0066 42 234 567", "+6642234567")]
    [InlineData("+44 20 7946 0958", "+442079460958")]
    public void A_number_is_Mexican_unless_it_says_otherwise_and_then_it_is_a_valid_one(string text, string e164)
    {
        PhoneNumber.Parse(text).ToString().ShouldBe(e164);
        PhoneNumber.TryParse(text, null, out var phone).ShouldBeTrue();
        phone.ToString().ShouldBe(e164);
    }

    [Theory]
    [InlineData("mañana", "'mañana' is not a Mexican phone number: it has letters or signs that stand for no digit.")]
    [InlineData("8001234567", "'8001234567' is not a Mexican phone number: it begins with no LADA in use.")]
    [InlineData("+57 123", "'+57 123' is not a Mexican phone number: it has fewer than ten digits and no LADA to complete it with.")]
    [InlineData("+57 300 123 456", "'+57 300 123 456' is not a phone number: it has the prefix of another country, and none gives out such numbers.")]
    [InlineData("+999 123 456 789", "'+999 123 456 789' is not a phone number: it has the prefix of another country, and none gives out such numbers.")]
    [InlineData("+5512345678", "'+5512345678' is not a phone number: it has the prefix of another country, and none gives out such numbers.")]
    [InlineData("+683 4001", "'+683 4001' is not a phone number: it has the prefix of another country, and none gives out such numbers.")] // E.164 of seven digits
    [InlineData("+6642234567", "'+6642234567' may be a number of Mexico or one abroad (TH): write +52 before it, or 00 for the plus.")]
    public void What_is_wrong_is_said_in_a_sentence(string text, string message)
    {
        Should.Throw<FormatException>(() => PhoneNumber.Parse(text)).Message.ShouldBe(message);
        PhoneNumber.TryParse(text, null, out var phone).ShouldBeFalse();
        phone.ShouldBe(default);
    }

    [Fact]
    public void Nothing_is_no_number() => PhoneNumber.TryParse(null, null, out _).ShouldBeFalse();

    [Fact]
    public void An_import_takes_Mexican_numbers_only() =>
        MexicanNumber.Normalize("+57 300 123 4567").Rejection.ShouldBe(RejectionReason.Foreign);
}
