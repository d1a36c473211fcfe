using Padron.Domain.Numbering.Regions;

namespace Padron.Integration.Tests.Numbering.Oracle;

/// <summary>Our reading of the metadata against Google's own library, over 50,000 numbers of all regions.</summary>
public sealed class NumberOracleTests(NumberOracleTests.Answers answers) : IClassFixture<NumberOracleTests.Answers>
{
    /// <summary>
    /// Regions with formats for calls within the country only, which libphonenumber-js leaves out of the metadata: the numbers named here
    /// are valid and of the right type, and we write them without groups where Google's library writes what stands beside the region.
    /// </summary>
    static readonly Dictionary<string, string> WrittenWithoutGroups = new()
    {
        ["AU"] = "13 05 37, 180 2319: six and seven digits at shared cost or free",
        ["CN"] = "1602 8216: premium rate",
        ["HN"] = "800 2538 4664: free",
        ["ID"] = "001 803 149 15687: free",
        ["IN"] = "000 800 427 3651: free",
        ["JP"] = "0077-75-030: free",
        ["KR"] = "00798 311 0354: free",
        ["MC"] = "870 640 66: landlines",
        ["NL"] = "14 0512: access numbers of municipalities",
        ["NP"] = "1660-01-39335: free",
        ["SK"] = "09090 011: pagers",
        ["TR"] = "444 7 489: access numbers of companies",
        ["VN"] = "0799 4441: access numbers of companies",
    };

    // Morocco's leading digits take all numbers of Western Sahara, in Google's library too.
    const string NeverTold = "EH";

    [Fact]
    public void The_numbers_are_of_every_region_and_many_of_them_valid()
    {
        answers.All.Count.ShouldBeGreaterThanOrEqualTo(50_000);
        var valid = answers.All.Select(answer => answer.Googles).OfType<NumberAnswer>().Where(answer => answer.IsValid).ToArray();
        valid.Length.ShouldBeInRange(answers.All.Count / 3, answers.All.Count * 2 / 3);
        valid.Select(answer => answer.Region).Distinct().ShouldBe(RegionTable.All.Select(region => region.Code).Distinct().Except([NeverTold]), ignoreOrder: true);
        valid.Select(answer => answer.Type).Distinct().Count().ShouldBe(11); // every one but UNKNOWN
    }

    [Fact]
    public void E_164_type_validity_possibility_and_region_are_those_of_Googles_library() =>
        Differing(answer => (answer?.E164, answer?.Type, answer?.IsValid, answer?.IsPossible, answer?.Region)).ShouldBeEmpty();

    [Fact]
    public void The_international_format_is_that_of_Googles_library() => Differing(answer => answer?.International).ShouldBeEmpty();

    [Fact]
    public void The_national_format_of_a_valid_number_is_too_but_for_what_is_never_dialled_from_abroad() =>
        Differing(answer => answer is { IsValid: true } ? answer.National : null).Select(difference => difference.Googles!.Region).Distinct()
            .ShouldBe(WrittenWithoutGroups.Keys, ignoreOrder: true);

    [Fact]
    public void The_destination_code_of_a_valid_number_is_too_but_for_mobiles_of_Argentina_without_the_nine() =>
        Differing(answer => answer is { IsValid: true } ? answer.DestinationCodeLength : 0).ShouldAllBe(difference =>
            difference.Googles!.E164.StartsWith("+54675") && difference.Googles.DestinationCodeLength == 4 && difference.Ours!.DestinationCodeLength == 3);

    [Fact]
    public async Task The_table_of_regions_is_what_the_script_writes()
    {
        await using var committed = typeof(RegionTable).Assembly.GetManifestResourceStream("Padron.Domain.Numbering.Regions.regions.txt")!;
        using var reader = new StreamReader(committed);
        (await NumberingScripts.RunAsync("metadata.mjs")).ShouldBe(await reader.ReadToEndAsync(), "run `make numbering` and commit what it writes");
    }

    IEnumerable<Answer> Differing<T>(Func<NumberAnswer?, T> aspect) =>
        answers.All.Where(answer => !EqualityComparer<T>.Default.Equals(aspect(answer.Ours), aspect(answer.Googles)));

    public sealed record Answer(NumberSample Sample, NumberAnswer? Ours, NumberAnswer? Googles);

    /// <summary>All numbers with both answers; Google's library is asked once.</summary>
    public sealed class Answers : IAsyncLifetime
    {
        public IReadOnlyList<Answer> All { get; private set; } = [];

        public async Task InitializeAsync()
        {
            var samples = NumberSamples.Take(perRegion: 200);
            var lines = await NumberingScripts.RunAsync("oracle.mjs", string.Concat(samples.Select(sample => $"{sample.Home}\t{sample.Text}\n")));
            All = [.. samples.Zip(lines.TrimEnd('\n').Split('\n'), (sample, line) => new Answer(sample, NumberAnswer.OfOurs(sample), NumberAnswer.OfGoogles(line)))];
            All.Count.ShouldBe(samples.Length);
        }

        public Task DisposeAsync() => Task.CompletedTask;
    }
}
