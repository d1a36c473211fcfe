namespace Padron.Domain.Numbering.Regions;

/// <summary>A regular expression over digits, of the kind that describes numbers: it matches finitely many texts.</summary>
abstract record DigitPattern
{
    public const ushort AnyDigit = 0b11_1111_1111;

    /// <param name="text">Digits, <c>\d</c>, classes, <c>|</c>, <c>?</c>, <c>{n}</c>, <c>{n,m}</c>, <c>(?:…)</c>, <c>(…)</c> and <c>$</c>.</param>
    /// <exception cref="FormatException">It is anything else.</exception>
    public static DigitPattern Parse(string text) => new DigitPatternReader(text).Read();

    /// <summary>One digit of a set.</summary>
    /// <param name="Digits">Bit n stands for the digit n.</param>
    public sealed record Digit(ushort Digits) : DigitPattern;

    /// <summary>All of them, one behind the other.</summary>
    public sealed record Sequence(IReadOnlyList<DigitPattern> Parts) : DigitPattern;

    /// <summary>The first of them that leads to a match.</summary>
    public sealed record Choice(IReadOnlyList<DigitPattern> Options) : DigitPattern;

    /// <summary>As often as possible.</summary>
    public sealed record Repetition(DigitPattern Part, int AtLeast, int AtMost) : DigitPattern;

    /// <summary>What the part matches is kept.</summary>
    /// <param name="Number">1 for the first group.</param>
    public sealed record Group(DigitPattern Part, int Number) : DigitPattern;

    /// <summary>Nothing may follow.</summary>
    public sealed record End : DigitPattern;
}
