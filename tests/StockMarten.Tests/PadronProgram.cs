using System.Diagnostics;
using System.Reflection;
using System.Text.Json;

namespace Padron.StockMarten.Tests;

/// <summary>The real <c>padron</c>, built in the same configuration, as a process: nothing of it is loaded here.</summary>
static class PadronProgram
{
    static readonly ILookup<string, string?> Build =
        typeof(PadronProgram).Assembly.GetCustomAttributes<AssemblyMetadataAttribute>().ToLookup(data => data.Key, data => data.Value);

    /// <param name="path">From the repository's root, with slashes.</param>
    public static string PathOf(string path) => Path.Combine(Build["Root"].Single()!, path);

    /// <summary>Starts a command; what it writes is the caller's to read.</summary>
    public static Process Start(IReadOnlyDictionary<string, string> given, params IEnumerable<string> arguments)
    {
        var configuration = Build["Configuration"].Single();
        var program = PathOf($"src/Api/bin/{configuration}/net10.0/padron.dll");
        if (!File.Exists(program))
        {
            throw new FileNotFoundException(
                $"The program that these tests run is not built: run `dotnet build src/Api --configuration {configuration}`.", program);
        }

        var start = new ProcessStartInfo("dotnet", ["exec", program, .. arguments])
        {
            UseShellExecute = false,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };

        // What the machine has set for its own Padrón is not for a test; where PostgreSQL's programs are is.
        var settings = start.Environment.Keys.Where(name => name.StartsWith("PADRON_", StringComparison.Ordinal)).ToArray();
        foreach (var name in settings.Except(["PADRON_PG_BIN"]))
            start.Environment.Remove(name);
        foreach (var (name, value) in given)
            start.Environment[name] = value;
        return Process.Start(start)!;
    }

    /// <returns>What the command printed as JSON; it must have been done.</returns>
    public static async Task<JsonElement> AskAsync(IReadOnlyDictionary<string, string> settings, params IEnumerable<string> arguments)
    {
        using var process = Start(settings, [.. arguments, "--json"]);
        return JsonDocument.Parse(await EndAsync(process)).RootElement;
    }

    /// <returns>What a process printed; it must have ended well.</returns>
    public static async Task<string> EndAsync(Process process)
    {
        var (output, errors) = (process.StandardOutput.ReadToEndAsync(), process.StandardError.ReadToEndAsync());
        await process.WaitForExitAsync();
        process.ExitCode.ShouldBe(0, await errors);
        return await output;
    }
}
