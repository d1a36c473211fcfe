namespace Padron.Adapters.Samples;

/// <summary>The dirty ways to write a number from which an import can still tell it.</summary>
static class ReadableNumbers
{
    public static string Write(Dirt form, string national, SampleLada lada, ref RowRandom random)
    {
        var area = lada.Code;
        var local = national[area.Length..];
        var (front, back) = (local[..^4], local[^4..]);
        return form switch
        {
            Dirt.OldDialling => random.Below(7) switch
            {
                0 or 1 => $"044{national}",
                2 => $"045{national}",
                3 or 4 => $"01{national}",
                5 => $"1{national}",
                _ => $"044 {area} {front} {back}",
            },
            Dirt.CountryCode => random.Below(8) switch
            {
                0 or 1 => $"52{national}",
                2 or 3 => $"+52{national}",
                4 => $"0052{national}",
                5 => $"521{national}",
                6 => $"+521{national}",
                _ => $"+52 {area} {front} {back}",
            },
            Dirt.LocalNumber => random.Chance(0.7) ? local : $"{front}-{back}",
            Dirt.DecimalSuffix => $"{national}.0",
            // All nine decimals, a final zero too: with fewer a reader could not know that nothing was lost.
            Dirt.ExactScientific => random.Chance(0.5) ? $"{national[0]}.{national[1..]}E9" : $"{national[0]}.{national[1..]}E+09",
            Dirt.LeadingApostrophe => $"'{national}",
            Dirt.Punctuation => random.Below(6) switch
            {
                0 => $"{area} {front} {back}",
                1 => $"{area}-{front}-{back}",
                2 => $"({area}) {front}-{back}",
                3 => $"({area}){front}{back}",
                4 => $"{area}.{front}.{back}",
                _ => $" {national} ",
            },
            Dirt.Extension => random.Below(3) switch
            {
                0 => $"{national} ext {10 + random.Below(990)}",
                1 => $"{national} EXT {10 + random.Below(990)}",
                _ => $"{national} ext. {10 + random.Below(990)}",
            },
            _ => national,
        };
    }
}
