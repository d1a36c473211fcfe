using Padron.Domain.Numbering.Regions;

namespace Padron.Domain.Tests.Numbering.Regions;

/// <summary>Makes numbers of patterns: ones that match, and ones that nearly do.</summary>
public sealed class DigitWalk(Random random)
{
    /// <summary>Digits that the pattern matches.</summary>
    public string Along(string pattern) => Along(DigitPattern.Parse(pattern));

    /// <summary>One digit another one, one more, or one less.</summary>
    public string Spoil(string number)
    {
        if (number.Length == 0) return Digits(1);
        var at = random.Next(number.Length);
        return random.Next(3) switch
        {
            0 => number[..at] + Digits(1) + number[(at + 1)..],
            1 => number[..at] + Digits(1) + number[at..],
            _ => number[..at] + number[(at + 1)..],
        };
    }

    /// <summary>Any digits.</summary>
    public string Digits(int count) => string.Concat(Enumerable.Range(0, count).Select(_ => (char)('0' + random.Next(10))));

    string Along(DigitPattern pattern) => pattern switch
    {
        DigitPattern.Digit digit => $"{random.GetItems(Enumerable.Range(0, 10).Where(value => (digit.Digits >> value & 1) != 0).ToArray(), 1)[0]}",
        DigitPattern.Sequence sequence => string.Concat(sequence.Parts.Select(Along)),
        DigitPattern.Choice choice => Along(choice.Options[random.Next(choice.Options.Count)]),
        DigitPattern.Repetition repetition =>
            string.Concat(Enumerable.Range(0, random.Next(repetition.AtLeast, repetition.AtMost + 1)).Select(_ => Along(repetition.Part))),
        DigitPattern.Group group => Along(group.Part),
        _ => "", // the end
    };
}
