using System.Globalization;

namespace Padron.Adapters.Samples;

/// <summary>What stands in number columns and is no number that anybody could dial.</summary>
static class UnreadableNumbers
{
    static readonly string?[] Blanks = [null, "", " ", "   ", "NULL", "S/N", "."];
    static readonly string[] Placeholders = ["0000000000", "1111111111", "1234567890"];

    // North American areas that are no LADA, so that dropping the +1 makes no Mexican number of it.
    static readonly string[] ForeignAreas = ["+1 212", "+1 213", "+1 305", "+1 310", "+1 702"];

    public static string? Write(Dirt form, string national, SampleLada lada, ref RowRandom random) => form switch
    {
        Dirt.BlankNumber => random.Of(Blanks),
        Dirt.LetterForDigit => WithLetters(national),
        Dirt.TextAfterNumber => random.Chance(0.5) ? $"{national} casa" : $"{national} OFICINA",
        Dirt.TwoNumbers => random.Chance(0.7) ? $"{national} / {Another(national, ref random)}" : $"{national}/{Another(national, ref random)}",
        // What a spreadsheet shows of ten digits in a narrow column: six of them.
        Dirt.LossyScientific => $"{national[0]}.{national[1..6]}E+09",
        Dirt.PlaceholderNumber => random.Of(Placeholders),
        Dirt.ForeignNumber => $"{random.Of(ForeignAreas)} {200 + random.Below(700)} {1000 + random.Below(9000)}",
        Dirt.NineDigits => national[..9],
        Dirt.LocalWithoutLada => national[lada.Code.Length..],
        Dirt.ElevenDigits => $"{national}{random.Below(10)}",
        Dirt.UnknownLada => random.Chance(0.5) ? $"800{2_000_000 + random.Below(7_000_000)}" : $"52{national[..8]}",
        _ => national,
    };

    /// <summary>A number without a zero or a one gets its letter at the end, where a typist's finger slips just as well.</summary>
    static string WithLetters(string national)
    {
        var spoilt = national.Replace('0', 'O').Replace('1', 'l');
        return spoilt == national ? $"{national[..9]}O" : spoilt;
    }

    static string Another(string national, ref RowRandom random) =>
        national[..4] + random.Below(1_000_000).ToString("D6", CultureInfo.InvariantCulture);
}
