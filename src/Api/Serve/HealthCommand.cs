using System.CommandLine;
using Padron.Api.Cli;
using Padron.Api.Configuration;
using Padron.Domain;

namespace Padron.Api.Serve;

/// <summary><c>padron health</c>: what a container's health check runs, as its image has no other program. Exits 0 or 1, as Docker asks for.</summary>
static class HealthCommand
{
    // Less than a health check is given: an answer that comes later is as good as none.
    static readonly TimeSpan Patience = TimeSpan.FromSeconds(5);

    static readonly Option<string> Url = new("--url") { Description = "The process to ask; the first of PADRON_URLS unless given." };

    public static Command Create() => CliCommand.CreateBare("health", "Ask a running `padron serve` whether it and its database answer, and whether the read models follow.", [Url], RunAsync);

    static async Task RunAsync(Terminal terminal, ParseResult parsed, CancellationToken ct)
    {
        var url = parsed.GetValue(Url) ?? PadronSettings.Read().Serve.Urls.Split(';')[0];
        if (!Uri.TryCreate(url.Trim(), UriKind.Absolute, out var address))
            throw new FormatException($"'{url}' is not an address such as http://127.0.0.1:8080.");
        using var client = new HttpClient { Timeout = Patience };
        var reasons = "";
        try
        {
            using var answer = await client.GetAsync(new Uri(address, "/health/ready"), ct);
            reasons = HealthDocument.Reasons(await answer.Content.ReadAsStringAsync(ct));
            if (!answer.IsSuccessStatusCode)
                throw new RuleViolationException("unhealthy", $"{address} runs, and is not ready ({(int)answer.StatusCode}): {reasons}");
        }
        catch (HttpRequestException error)
        {
            throw new RuleViolationException("unhealthy", $"{address} does not answer ({error.Message}): is `padron serve` running there?");
        }
        catch (TaskCanceledException) when (!ct.IsCancellationRequested)
        {
            throw new RuleViolationException("unhealthy", $"{address} did not answer within {Patience.TotalSeconds:0} s.");
        }

        terminal.Result(
            new { url = address, healthy = true, reasons = reasons.Length > 0 ? reasons : null }, t => t.Line(reasons.Length > 0 ? $"{address} is ready, and not well: {reasons}" : $"{address} is ready."));
    }
}
