using System.Globalization;
using System.Numerics;
using System.Runtime.CompilerServices;

namespace Padron.Domain.Numbering.Regions;

/// <summary>How the numbers of a calling code are grouped when they are written. Immutable.</summary>
sealed class NumberFormats
{
    readonly NumberFormat[] formats;
    readonly DigitAutomaton leading; // bit n: the number may be written in format n

    NumberFormats(string[][] lines)
    {
        formats = [.. lines.Select(line => new NumberFormat(line[1], line[3], line[4]))];
        leading = DigitAutomaton.Of(lines.Select(line => DigitPattern.Parse(line[2]))); // no digits at all begin every number
    }

    /// <param name="lines">The region's lines of the table.</param>
    public static NumberFormats Read(IReadOnlyList<string[]> lines) => new([.. lines.Where(line => line[0] == "format")]);

    /// <returns>The first format for numbers that begin so and are that long; null when there is none.</returns>
    /// <param name="national">ASCII digits.</param>
    public NumberFormat? Find(ReadOnlySpan<char> national)
    {
        for (var left = leading.MatchStart(national); left != 0; left &= left - 1)
        {
            var format = formats[BitOperations.TrailingZeroCount(left)];
            if (format.Fits(national.Length)) return format;
        }

        return null;
    }
}

/// <summary>One way of grouping a number.</summary>
sealed class NumberFormat
{
    readonly (int AtLeast, int AtMost)[] groups;
    readonly string national;
    readonly string international;

    /// <param name="groups">The digits of each group: <c>2,4,4-6</c>.</param>
    /// <param name="national">The number as it is written within the country: <c>($1) $2-$3</c>.</param>
    /// <param name="international">As it is written behind the calling code.</param>
    public NumberFormat(string groups, string national, string international)
    {
        this.groups = [.. groups.Split(',').Select(Group)];
        this.national = national;
        this.international = international;
    }

    public bool Fits(int length) => length >= groups.Sum(group => group.AtLeast) && length <= groups.Sum(group => group.AtMost);

    public string National(ReadOnlySpan<char> number) => Fill(national, number);

    public string International(ReadOnlySpan<char> number) => Fill(international, number);

    string Fill(string template, ReadOnlySpan<char> number)
    {
        Span<Range> ranges = stackalloc Range[groups.Length];
        Divide(number.Length, ranges);
        var text = new DefaultInterpolatedStringHandler(template.Length + number.Length, 0, CultureInfo.InvariantCulture);
        for (var i = 0; i < template.Length; i++)
        {
            if (template[i] == '$') text.AppendFormatted(number[ranges[template[++i] - '1']]);
            else text.AppendFormatted(template[i]);
        }

        return text.ToStringAndClear();
    }

    // Each group takes as much as it may and leaves the rest what they need, as in a regular expression.
    void Divide(int length, Span<Range> ranges)
    {
        var (at, needed) = (0, groups.Sum(group => group.AtLeast));
        for (var i = 0; i < groups.Length; i++)
        {
            needed -= groups[i].AtLeast;
            var taken = Math.Min(groups[i].AtMost, length - at - needed);
            ranges[i] = at..(at + taken);
            at += taken;
        }
    }

    static (int AtLeast, int AtMost) Group(string text)
    {
        var numbers = text.Split('-');
        return (int.Parse(numbers[0], CultureInfo.InvariantCulture), int.Parse(numbers[^1], CultureInfo.InvariantCulture));
    }
}
