using System.Globalization;
using System.Text.RegularExpressions;
using Padron.Adapters.Samples;

namespace Padron.Integration.Tests.Samples;

public sealed partial class SampleTruthTests : IDisposable
{
    readonly SampleFolder sample = new();

    [Theory]
    [InlineData(1, 1)]
    [InlineData(1_000, 2)]
    [InlineData(30_000, -5)]
    public async Task The_counts_add_up(long rows, long seed)
    {
        var truth = await sample.WriteAsync(rows, seed: seed);

        truth.RowsRead.ShouldBe(rows);
        truth.RowsRead.ShouldBe(truth.Imported + truth.Duplicates + truth.Rejected.Values.Sum());
        truth.Imported.ShouldBe(truth.Verified + truth.NotMobile + truth.Invalidated);
        truth.Imported.ShouldBe(truth.ImportedByState.Values.Sum());
        truth.Verified.ShouldBe(truth.VerifiedByState.Values.Sum());
        truth.Verified.ShouldBe(truth.VerifiedByLada.Values.Sum());
    }

    [Fact]
    public async Task The_file_says_what_the_writer_returned()
    {
        var truth = await sample.WriteAsync(5_000, seed: 9);
        var read = await SampleTruth.ReadAsync(sample.Truth);

        (read.Seed, read.Rows, read.Imported, read.Verified, read.LadaInferred).ShouldBe((9, 5_000, truth.Imported, truth.Verified, truth.LadaInferred));
        read.Rejected.ShouldBe(truth.Rejected);
        read.Dirt.ShouldBe(truth.Dirt);
        read.VerifiedByLada.ShouldBe(truth.VerifiedByLada);
    }

    [Fact]
    public async Task A_hundred_thousand_rows_serve_the_biggest_states_and_the_premium_LADAs()
    {
        var truth = await sample.WriteAsync(100_000);

        foreach (var state in (string[])["CDMX", "JAL", "MEX", "NL"])
            truth.VerifiedByState[state].ShouldBeGreaterThan(6_000, state);

        var premium = sample.Rows("select lada from mejores_ladas group by lada order by max(icpth_2022) desc limit 10").Select(row => (string)row[0]!).ToList();
        premium.ShouldContain("844");
        foreach (var lada in premium)
            truth.VerifiedByLada[lada].ShouldBeGreaterThan(1_500, lada);
        ((double)truth.Verified / (truth.Verified + truth.NotMobile)).ShouldBeInRange(0.85, 0.91);
    }

    [Fact]
    public async Task The_plan_covers_every_number_and_knows_which_are_mobile()
    {
        var truth = await sample.WriteAsync(30_000, DirtRates.None);
        var blocks = Blocks().OrderBy(block => block.First).ToList();
        var firsts = blocks.ConvertAll(block => block.First);

        var mobile = 0L;
        foreach (var row in sample.Rows("select numero from numeros"))
        {
            var number = long.Parse((string)row[0]!, CultureInfo.InvariantCulture);
            var at = firsts.BinarySearch(number);
            var block = blocks[at < 0 ? ~at - 1 : at];
            number.ShouldBeInRange(block.First, block.Last);
            mobile += block.Modality is "FIJO" ? 0 : 1;
        }

        mobile.ShouldBe(truth.Verified);
        truth.NotMobile.ShouldBe(30_000 - mobile);
    }

    [Fact]
    public async Task The_plan_has_the_published_layout_with_its_traps()
    {
        await sample.WriteAsync(1_000);

        (await File.ReadAllLinesAsync(sample.Plan))[0]
            .ShouldBe("ZONA, NUMERACION_INICIAL, NUMERACION_FINAL, OCUPACION, MODALIDAD, RAZON_SOCIAL, FECHA_ASIGNACION");
        var blocks = Blocks();
        blocks.ShouldAllBe(block => block.Last - block.First + 1 == block.Size);
        blocks.Select(block => block.Modality).Distinct().Order(StringComparer.Ordinal).ShouldBe(["CPP", "FIJO", "MPP"]);
        blocks.ShouldContain(block => block.First % 1_000 != 0);
        blocks.ShouldContain(block => block.Carrier.Contains("\"\"LA VOZ\"\"", StringComparison.Ordinal));

        var sorted = blocks.OrderBy(block => block.First).ToList();
        sorted.ShouldNotBe(blocks);
        var neighbours = sorted.Zip(sorted.Skip(1)).ToList();
        neighbours.ShouldAllBe(pair => pair.First.Last < pair.Second.First);
        neighbours.ShouldContain(pair => pair.First.First / 10_000 == pair.Second.First / 10_000 && pair.First.Modality == "FIJO" != (pair.Second.Modality == "FIJO"));
    }

    public void Dispose() => sample.Dispose();

    List<Block> Blocks() =>
    [
        .. File.ReadLines(sample.Plan).Skip(1).Select(line => BlockLine().Match(line) is { Success: true } match
            ? new Block(Number(match, "first"), Number(match, "last"), Number(match, "size"), match.Groups["modality"].Value, match.Groups["carrier"].Value)
            : throw new InvalidDataException(line)),
    ];

    static long Number(Match match, string group) => long.Parse(match.Groups[group].Value, CultureInfo.InvariantCulture);

    [GeneratedRegex(
        """^(?<zone>[2-9]),(?<first>\k<zone>\d{9}),(?<last>\k<zone>\d{9}),(?<size>\d+),(?<modality>CPP|MPP|FIJO),(?<carrier>"([^"]|"")+"|[^",]+),\d\d/\d\d/\d{4},$""",
        RegexOptions.ExplicitCapture,
        matchTimeoutMilliseconds: 1_000)]
    private static partial Regex BlockLine();

    sealed record Block(long First, long Last, long Size, string Modality, string Carrier);
}
