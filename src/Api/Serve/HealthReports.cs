using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace Padron.Api.Serve;

/// <summary>What <c>/health/ready</c> answers: the worst of all in the first line, and a line for each part that has something to say.</summary>
static class HealthReports
{
    public static Task WriteAsync(HttpContext context, HealthReport report)
    {
        context.Response.ContentType = "text/plain; charset=utf-8";
        return context.Response.WriteAsync(
            string.Join('\n', [$"{report.Status}", .. report.Entries.Where(entry => entry.Value.Description is not null).Select(entry => $"{entry.Key}: {entry.Value.Description}")]),
            context.RequestAborted);
    }
}
