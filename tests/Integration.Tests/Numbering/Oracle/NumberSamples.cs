using Padron.Domain.Numbering.Regions;
using Padron.Domain.Tests.Numbering.Regions;

namespace Padron.Integration.Tests.Numbering.Oracle;

/// <summary>A number as it is dialled, stripped of all but digits and plus.</summary>
/// <param name="Home">The region it is dialled from.</param>
/// <param name="Text">Digits, behind a plus or not.</param>
public sealed record NumberSample(string Home, string Text);

/// <summary>Numbers of every region, always the same: valid ones, ones that are nearly so, and any digits, in all the ways of dialling them.</summary>
static class NumberSamples
{
    const int Seed = 20_261_124;

    // E.164 has fifteen digits. Google's library for JavaScript keeps a number as a double, which changes the last of seventeen.
    const int LongestNational = 14;

    static readonly Region[] Homes = [.. RegionTable.All.Where(region => region.Code != RegionTable.NonGeographic)];

    /// <param name="perRegion">How many of each region.</param>
    public static NumberSample[] Take(int perRegion)
    {
        var random = new Random(Seed);
        var walk = new DigitWalk(random);
        return [.. RegionTable.All.SelectMany(region => Enumerable.Range(0, perRegion).Select(_ => Dial(region, National(region, random, walk), random, walk)))];
    }

    static string National(Region region, Random random, DigitWalk walk)
    {
        string[] patterns = [.. region.Patterns.Where(pattern => pattern.Name is not ("idd" or "prefix" or "leading" or "format")).Select(pattern => pattern.Pattern)];
        var valid = walk.Along(patterns[random.Next(patterns.Length)]);
        var number = random.Next(10) switch
        {
            < 4 => valid,
            < 7 => walk.Spoil(valid),
            _ => walk.Digits(random.Next(3, LongestNational)),
        };
        return Cut(number);
    }

    static NumberSample Dial(Region region, string national, Random random, DigitWalk walk)
    {
        var patterns = region.Patterns.ToLookup(pattern => pattern.Name, pattern => pattern.Pattern);
        var international = $"{region.CallingCode}{national}";
        var anywhere = Homes[random.Next(Homes.Length)].Code;
        if (region.Code == RegionTable.NonGeographic) return new(anywhere, "+" + international);
        return random.Next(10) switch
        {
            < 4 => new(region.Code, national),
            < 6 => new(anywhere, "+" + international),
            6 => new(region.Code, Cut(international)),
            7 => new(region.Code, walk.Along(patterns["idd"].Single()) + international),
            _ => new(region.Code, Cut(walk.Along(patterns["prefix"].FirstOrDefault("0")) + national)),
        };
    }

    static string Cut(string digits) => digits.Length > LongestNational ? digits[..LongestNational] : digits;
}
