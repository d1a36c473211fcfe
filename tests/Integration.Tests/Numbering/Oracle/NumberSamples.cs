using System.Globalization;
using Padron.Domain.Numbering.Regions;

namespace Padron.Integration.Tests.Numbering.Oracle;

/// <summary>A number as it is dialled, stripped of all but digits and plus.</summary>
/// <param name="Owner">The region whose patterns it was made from.</param>
/// <param name="Home">The region it is dialled from.</param>
/// <param name="Text">Digits, behind a plus or not.</param>
sealed record NumberSample(string Owner, string Home, string Text);

/// <summary>Numbers of every region, always the same: valid ones, ones that are nearly so, and any digits, in all the ways of dialling them.</summary>
sealed class NumberSamples
{
    // A number of no country is only dialled with a plus, from anywhere.
    const string Anywhere = "MX";

    // Google's library for JavaScript keeps the national number in a double; one of more digits comes back changed.
    const int LongestExactNational = 15;

    readonly Random random = new(20_261_124);

    /// <param name="perRegion">How many of each region.</param>
    public IEnumerable<NumberSample> Take(int perRegion) =>
        RegionTable.All.SelectMany(region => Enumerable.Range(0, perRegion).Select(_ => Sample(region)));

    NumberSample Sample(Region region)
    {
        var patterns = region.Patterns.ToLookup(pattern => pattern.Name, pattern => pattern.Pattern);
        var kinds = region.Patterns.Select(pattern => pattern.Name).Where(name => name is not ("idd" or "prefix" or "leading" or "format")).ToArray();
        var number = random.Next(10) switch
        {
            < 4 => Walk(patterns[Any(kinds)].First()),
            < 7 => Spoil(Walk(patterns[Any(kinds)].First())),
            _ => Digits(random.Next(3, 14)),
        };
        if (number.Length > LongestExactNational) number = number[..LongestExactNational];
        var international = string.Create(CultureInfo.InvariantCulture, $"{region.CallingCode}{number}");
        if (region.Code == RegionTable.NonGeographic) return new($"{region.CallingCode}", Anywhere, "+" + international);
        return random.Next(10) switch
        {
            < 4 => new(region.Code, region.Code, number),
            < 6 => new(region.Code, Any(RegionTable.All.Where(other => other.Code != RegionTable.NonGeographic).ToArray()).Code, "+" + international),
            6 => new(region.Code, region.Code, international),
            7 when patterns["idd"].FirstOrDefault() is { } abroad => new(region.Code, region.Code, Walk(abroad) + international),
            _ => new(region.Code, region.Code, (patterns["prefix"].FirstOrDefault() is { } prefix ? Walk(prefix) : "0") + number),
        };
    }

    // One digit another one, one more, or one less.
    string Spoil(string number)
    {
        var at = random.Next(number.Length);
        return random.Next(3) switch
        {
            0 => number[..at] + Digits(1) + number[(at + 1)..],
            1 => number[..at] + Digits(1) + number[at..],
            _ => number[..at] + number[(at + 1)..],
        };
    }

    string Walk(string pattern) => Walk(DigitPattern.Parse(pattern));

    // Digits that the pattern matches.
    string Walk(DigitPattern pattern) => pattern switch
    {
        DigitPattern.Digit digit => $"{Any(Enumerable.Range(0, 10).Where(value => (digit.Digits >> value & 1) != 0).ToArray())}",
        DigitPattern.Sequence sequence => string.Concat(sequence.Parts.Select(Walk)),
        DigitPattern.Choice choice => Walk(Any(choice.Options)),
        DigitPattern.Repetition repetition =>
            string.Concat(Enumerable.Range(0, random.Next(repetition.AtLeast, repetition.AtMost + 1)).Select(_ => Walk(repetition.Part))),
        DigitPattern.Group group => Walk(group.Part),
        _ => "",
    };

    string Digits(int count) => string.Concat(Enumerable.Range(0, count).Select(_ => (char)('0' + random.Next(10))));

    T Any<T>(IReadOnlyList<T> items) => items[random.Next(items.Count)];
}
