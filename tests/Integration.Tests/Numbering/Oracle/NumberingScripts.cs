using System.ComponentModel;
using System.Diagnostics;

namespace Padron.Integration.Tests.Numbering.Oracle;

/// <summary>The scripts of <c>eng/numbering</c>, beside their packages: npm installs what the lock file names, once for a build folder.</summary>
static class NumberingScripts
{
    static readonly string Folder = Path.Combine(AppContext.BaseDirectory, "numbering-scripts");

    static readonly Lazy<Task> Installed = new(InstallAsync);

    /// <returns>The script's output.</returns>
    public static async Task<string> RunAsync(string script, string input = "")
    {
        await Installed.Value;
        return await RunAsync("node", [script], input);
    }

    static async Task InstallAsync()
    {
        var (wanted, installed) = (Path.Combine(Folder, "package-lock.json"), Path.Combine(Folder, "node_modules", "installed-lock.json"));
        if (File.Exists(installed) && await File.ReadAllTextAsync(installed) == await File.ReadAllTextAsync(wanted)) return;
        await RunAsync("npm", ["ci"], "");
        File.Copy(wanted, installed, overwrite: true);
    }

    static async Task<string> RunAsync(string program, string[] arguments, string input)
    {
        using var deadline = new CancellationTokenSource(TimeSpan.FromMinutes(5)); // only what hangs takes so long
        using var process = Start(program, arguments);
        try
        {
            var (output, error) = (process.StandardOutput.ReadToEndAsync(deadline.Token), process.StandardError.ReadToEndAsync(deadline.Token));
            await process.StandardInput.WriteAsync(input.AsMemory(), deadline.Token);
            process.StandardInput.Close();
            await process.WaitForExitAsync(deadline.Token);
            process.ExitCode.ShouldBe(0, $"{program} {string.Join(' ', arguments)}: {await error}");
            return await output;
        }
        finally
        {
            if (!process.HasExited) process.Kill(entireProcessTree: true);
        }
    }

    static Process Start(string program, string[] arguments)
    {
        try
        {
            return Process.Start(new ProcessStartInfo(program, arguments)
            {
                WorkingDirectory = Folder,
                UseShellExecute = false,
                RedirectStandardInput = true,
                RedirectStandardOutput = true,
                RedirectStandardError = true,
            })!;
        }
        catch (Win32Exception missing)
        {
            throw new InvalidOperationException(
                $"The oracle of numbers needs Node.js 18 or newer and npm, and {program} is not there. Install them: `eng/ensure-node.sh`, or the packages nodejs and npm.", missing);
        }
    }
}
