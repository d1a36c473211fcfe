using System.Text.RegularExpressions;
using FsCheck;
using FsCheck.Fluent;
using Padron.Domain.Numbering.Regions;

namespace Padron.Domain.Tests.Numbering.Regions;

/// <summary>The platform's regular expressions are the oracle: over all patterns of all regions, and over patterns that nobody wrote.</summary>
public sealed class DigitPatternTests
{
    static readonly (string Name, string Pattern)[] Patterns = [.. RegionTable.All.SelectMany(region => region.Patterns).Distinct()];

    static readonly Gen<string> Atom = Gen.OneOf(
        Gen.Elements("0", "1", "5", "9", @"\d", "[13]", "[2-5]", "[0-24-689]"),
        Gen.Elements("", "12|3", "(?:1|12)(?:3|23)", "1?1?", "(?:2[13]){2}"));

    [Fact]
    public void Whole_numbers_match_as_by_regular_expression()
    {
        var walk = new DigitWalk(new Random(1));
        foreach (var (_, pattern) in Patterns.Where(pattern => pattern.Name is not ("idd" or "prefix")))
        {
            var (automaton, whole, start) = (DigitAutomaton.Of([DigitPattern.Parse(pattern)]), Expression($"^(?:{pattern})$"), Expression($"^(?:{pattern})"));
            foreach (var number in Numbers(walk, pattern))
            {
                (automaton.Match(number) != 0).ShouldBe(whole.IsMatch(number), $"{pattern} on {number}");
                (automaton.MatchStart(number) != 0).ShouldBe(start.IsMatch(number), $"the beginning of {number} by {pattern}");
            }
        }
    }

    [Fact]
    public void Prefixes_match_as_by_regular_expression_with_the_same_groups()
    {
        var walk = new DigitWalk(new Random(2));
        foreach (var (_, pattern) in Patterns.Where(pattern => pattern.Name is "idd" or "prefix"))
        {
            var (prefix, regex) = (new PrefixPattern(pattern), Expression($"^(?:{pattern})"));
            foreach (var number in Numbers(walk, pattern).Select(digits => digits + walk.Digits(8)).Concat(Numbers(walk, pattern)))
                Matched(prefix, number).ShouldBe(Matched(regex, number), $"{pattern} on {number}");
        }
    }

    [Fact]
    public void Patterns_that_share_an_automaton_match_as_each_by_itself()
    {
        var walk = new DigitWalk(new Random(3));
        foreach (var region in RegionTable.All)
        {
            DigitPattern[] patterns = [.. region.Patterns.Where(pattern => pattern.Name is not ("idd" or "prefix")).Select(pattern => DigitPattern.Parse(pattern.Pattern))];
            var (shared, alone) = (DigitAutomaton.Of(patterns), patterns.Select(pattern => DigitAutomaton.Of([pattern])).ToArray());
            foreach (var (_, pattern) in region.Patterns)
            {
                var number = walk.Along(pattern);
                shared.Match(number).ShouldBe(alone.Select((automaton, index) => automaton.Match(number) << index).Aggregate(0UL, (all, one) => all | one));
            }
        }
    }

    [Fact]
    public void Any_pattern_of_its_kind_is_matched_as_by_regular_expression()
    {
        var repeated = Atom.SelectMany(atom => Gen.Elements("(?:{0})", "({0})", "(?:{0})?", "(?:{0}){{2}}", "({0}){{1,3}}", "(?:{0}){{0,2}}").Select(form => string.Format(null, form, atom)));
        var sequence = Gen.Choose(0, 4).SelectMany(count => repeated.ListOf(count)).Select(string.Concat);
        var choice = Gen.Choose(1, 4).SelectMany(count => sequence.ListOf(count)).Select(options => string.Join('|', options));
        var number = Gen.Choose(0, 12).SelectMany(count => Gen.Elements('1', '2', '3', '5').ListOf(count)).Select(digits => string.Concat(digits));

        Check.One(Config.QuickThrowOnFailure.WithMaxTest(500), Prop.ForAll(Arb.From(choice), Arb.From(number), (pattern, digits) =>
            (DigitAutomaton.Of([DigitPattern.Parse(pattern)]).Match(digits) != 0) == Expression($"^(?:{pattern})$").IsMatch(digits)
            && Matched(new PrefixPattern(pattern), digits).FirstOrDefault() == Matched(Expression($"^(?:{pattern})"), digits).FirstOrDefault()));
    }

    [Theory]
    [InlineData("[")]
    [InlineData("[1")]
    [InlineData("(1")]
    [InlineData("1)")]
    [InlineData("(?=1)")]
    [InlineData("1{")]
    [InlineData("1{2,")]
    [InlineData("1*")]
    [InlineData("1+")]
    [InlineData("a")]
    [InlineData(@"\w")]
    [InlineData("?")]
    [InlineData("^1")]
    public void What_is_no_such_pattern_is_refused(string pattern) => Should.Throw<FormatException>(() => DigitPattern.Parse(pattern));

    [Fact]
    public void The_end_of_the_text_belongs_to_prefixes_only() =>
        Should.Throw<FormatException>(() => DigitAutomaton.Of([DigitPattern.Parse("1$")])).Message.ShouldBe("A pattern of whole numbers has no $.");

    static Regex Expression(string pattern) => new(pattern, RegexOptions.None, TimeSpan.FromSeconds(10));

    static IEnumerable<string> Numbers(DigitWalk walk, string pattern)
    {
        for (var i = 0; i < 6; i++)
        {
            var number = walk.Along(pattern);
            yield return number;
            yield return walk.Spoil(number);
            yield return number + walk.Digits(2);
        }

        yield return "";
        yield return walk.Digits(4);
        yield return walk.Digits(10);
    }

    // The match and its groups, null for what took no part in it; nothing where there is no match.
    static string?[] Matched(PrefixPattern pattern, string number)
    {
        var slots = new int[pattern.Slots];
        return pattern.TryMatch(number, slots)
            ? [.. slots.Chunk(2).Select(slot => slot[0] < 0 ? null : number[slot[0]..slot[1]])]
            : [];
    }

    static string?[] Matched(Regex regex, string number) =>
        regex.Match(number) is { Success: true } match ? [.. match.Groups.Values.Select(group => group.Success ? group.Value : null)] : [];
}
