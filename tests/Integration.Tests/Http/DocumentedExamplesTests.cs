using System.Diagnostics;
using System.Text.RegularExpressions;
using Padron.Adapters.Samples;
using Padron.Application.Imports;
using Padron.Application.Imports.Watching;
using Padron.Application.Numbering;
using Padron.Integration.Tests.Fixture;

namespace Padron.Integration.Tests.Http;

/// <summary>docs/http.md can't rot: its examples are run as they stand, by a shell with curl, and must print what stands below them.</summary>
public sealed partial class DocumentedExamplesTests(PadronHost host) : IClassFixture<PadronHost>, IDisposable
{
    readonly DirectoryInfo folder = Directory.CreateTempSubdirectory("padron-docs-");

    [Fact]
    public async Task What_docs_http_md_shows_is_what_happens()
    {
        await GivenRegisterAsync();
        var examples = Examples(await File.ReadAllTextAsync(Repository.PathOf("docs/http.md"))).ToArray();
        examples.Length.ShouldBeGreaterThan(10);

        // One shell for the page, so that an example may use what one before it found; NUL ends each one's output.
        var script = string.Join("\n", examples.Select(example => $"{example.Commands}\nprintf '\\0'"));
        var outputs = await RunAsync(script.Replace("PADRON=http://127.0.0.1:8080", $"PADRON={host.Client.BaseAddress!.ToString().TrimEnd('/')}", StringComparison.Ordinal));

        outputs.Length.ShouldBe(examples.Length + 1, string.Join("\n---\n", outputs));
        foreach (var ((commands, expected), output) in examples.Zip(outputs))
            Pattern(expected).IsMatch(output.ReplaceLineEndings("\n").Trim()).ShouldBeTrue($"{commands}\nprints\n{output}\ninstead of\n{expected}");
    }

    public void Dispose() => folder.Delete(recursive: true);

    async Task GivenRegisterAsync()
    {
        var sample = new SampleOptions { DatabasePath = Path.Combine(folder.FullName, "numeros.db"), PlanPath = Path.Combine(folder.FullName, "plan.csv"), Rows = 2000 };
        await SampleWriter.WriteAsync(sample);
        await host.Get<LoadNumberingPlanHandler>().HandleAsync(sample.PlanPath, TimeProvider.System.GetUtcNow());
        await using (var teller = host.Get<ImportBoard>().Tell("ana"))
            await host.Get<ImportContactsHandler>().HandleAsync(new(sample.DatabasePath, Resume: false, "ana"), teller);
        await host.Database.GivenVerifiedAsync(1, firstNational: 5512345678);
        await host.Database.CatchUpAsync();
    }

    static IEnumerable<(string Commands, string Expected)> Examples(string page) =>
        Blocks().Matches(page).Select(match => (match.Groups["commands"].Value, match.Groups["expected"].Value.Trim()));

    // … stands for anything.
    static Regex Pattern(string expected) =>
        new($"^{string.Join("(.|\n)*?", expected.Split('…').Select(Regex.Escape))}$", RegexOptions.CultureInvariant, TimeSpan.FromSeconds(10));

    async Task<string[]> RunAsync(string script)
    {
        var start = new ProcessStartInfo("bash", ["-euo", "pipefail", "-c", script])
        {
            WorkingDirectory = folder.FullName,
            UseShellExecute = false,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        using var shell = Process.Start(start)!;
        using var deadline = new CancellationTokenSource(TimeSpan.FromMinutes(2)); // only what hangs takes so long
        var (output, error) = (shell.StandardOutput.ReadToEndAsync(deadline.Token), shell.StandardError.ReadToEndAsync(deadline.Token));
        await shell.WaitForExitAsync(deadline.Token);
        shell.ExitCode.ShouldBe(0, $"{await error}\n{await output}");
        return (await output).Split('\0');
    }

    [GeneratedRegex("^```sh\n(?<commands>.*?)^```\n(```text\n(?<expected>.*?)^```\n)?", RegexOptions.Multiline | RegexOptions.Singleline | RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 10_000)]
    private static partial Regex Blocks();
}
