using System.Text.Json;
using System.Text.Json.Nodes;
using Padron.Domain.Numbering;

namespace Padron.Domain.Tests.Numbering;

public sealed class PhoneNumberJsonTests
{
    [Theory]
    [InlineData(525512345678, "+525512345678")]
    [InlineData(12135550100, "+12135550100")]
    [InlineData(10_000_000, "+10000000")]
    [InlineData(999_999_999_999_999, "+999999999999999")]
    public void A_number_is_written_in_E_164_and_read_back(long digits, string text)
    {
        JsonSerializer.SerializeToNode(new PhoneNumber(digits))!.GetValue<string>().ShouldBe(text);
        JsonSerializer.Deserialize<PhoneNumber>(JsonValue.Create(text)).ShouldBe(new PhoneNumber(digits));
    }

    [Theory]
    [InlineData("\"525512345678\"")]
    [InlineData("\"+52 55 1234 5678\"")]
    [InlineData("\"5512345678\"")]
    [InlineData("\"+\"")]
    [InlineData("\"+-525512345678\"")]
    [InlineData("\"+52551234567a\"")]
    [InlineData("\"+1234567\"")] // too short for E.164
    [InlineData("\"+1234567890123456\"")] // too long
    [InlineData("\"+99999999999999999999\"")] // no integer
    [InlineData("\"\"")]
    [InlineData("525512345678")]
    [InlineData("null")]
    public void Nothing_else_is_read(string json) => Should.Throw<JsonException>(() => JsonSerializer.Deserialize<PhoneNumber>(json));
}
