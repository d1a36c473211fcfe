using System.CommandLine;
using System.Globalization;
using Padron.Adapters.Samples;
using Padron.Api.Cli;

namespace Padron.Api.Samples;

/// <summary><c>padron sample</c></summary>
static class SampleCommand
{
    static readonly Option<long> Contacts = new("--contacts") { Description = "Rows to write.", Required = true };
    static readonly Option<string> Out = new("--out") { Description = "The SQLite file; numbering plan and truth are written beside it.", Required = true };
    static readonly Option<long> Seed = new("--seed") { Description = "The same seed writes the same bytes.", DefaultValueFactory = _ => 1 };
    static readonly Option<string?> Plan = new("--plan") { Description = "The numbering plan that covers the sample (default: FILE.plan.csv)." };
    static readonly Option<string?> Truth = new("--truth") { Description = "What an import must find (default: FILE.truth.json)." };
    static readonly Option<string[]> DirtOption = new("--dirt")
    {
        Description = $"Set the rate of a kind of dirt, as Kind=Rate; repeatable. Kinds: {string.Join(", ", Enum.GetNames<Dirt>())}.",
        DefaultValueFactory = _ => [],
    };
    static readonly Option<double> DirtScale = new("--dirt-scale") { Description = "Multiply every rate; 0 writes a clean file.", DefaultValueFactory = _ => 1 };
    static readonly Option<bool> Force = new("--force") { Description = "Replace files that exist." };

    public static Command Create()
    {
        var sample = CliCommand.CreateBare(
            "sample", "Write a realistic file of contacts, with a numbering plan and the truth about it.",
            [Contacts, Out, Seed, Plan, Truth, DirtOption, DirtScale, Force], RunAsync);
        sample.Validators.Add(result =>
        {
            if (result.GetValue(Contacts) < 1)
                result.AddError("--contacts must be at least 1.");
        });
        return sample;
    }

    static async Task RunAsync(Terminal terminal, ParseResult parsed, CancellationToken ct)
    {
        try
        {
            await WriteAsync(terminal, parsed, ct);
        }
        catch (ArgumentOutOfRangeException error)
        {
            throw new FormatException(error.Message, error); // rates beyond 1, or more rows than there are numbers
        }
    }

    static async Task WriteAsync(Terminal terminal, ParseResult parsed, CancellationToken ct)
    {
        var options = new SampleOptions
        {
            DatabasePath = parsed.GetRequiredValue(Out),
            PlanPath = parsed.GetValue(Plan),
            TruthPath = parsed.GetValue(Truth),
            Rows = parsed.GetValue(Contacts),
            Seed = parsed.GetValue(Seed),
            Dirt = ReadRates(parsed.GetValue(DirtScale), parsed.GetRequiredValue(DirtOption)),
            Overwrite = parsed.GetValue(Force),
        };
        var truth = await terminal.ShowProgressAsync("Writing rows", "rows", bar => SampleWriter.WriteAsync(options, bar.Of(options.Rows), ct));
        terminal.Result(truth, t => t.Line(
            $"{options.DatabasePath}: {Terminal.Number(truth.Rows)} rows; an import must find {Terminal.Number(truth.Imported)} contacts, {Terminal.Number(truth.Duplicates)} duplicates and {Terminal.Number(truth.Rejected.Values.Sum())} rows to reject."));
    }

    static DirtRates ReadRates(double scale, string[] settings) =>
        settings.Aggregate(DirtRates.Believable.ScaledBy(scale), (rates, setting) =>
            setting.Split('=') is [var kind, var rate] && Enum.TryParse<Dirt>(kind, ignoreCase: true, out var known) && double.TryParse(rate, CultureInfo.InvariantCulture, out var value)
                ? rates.With(known, value)
                : throw new FormatException($"'{setting}' is not a kind of dirt and its rate, such as LetterForDigit=0.01. `padron sample --help` lists the kinds."));
}
