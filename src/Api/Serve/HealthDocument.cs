using System.Text.Json;
using System.Text.Json.Serialization;
using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace Padron.Api.Serve;

/// <summary>What <c>/health</c> and <c>/health/ready</c> answer: each check with the reason when it is not healthy, and its figures.</summary>
static class HealthDocument
{
    static readonly JsonSerializerOptions Json = new(JsonSerializerDefaults.Web)
    {
        DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
        Converters = { new JsonStringEnumConverter(JsonNamingPolicy.SnakeCaseLower) },
        Encoder = System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
    };

    public static Task WriteAsync(HttpContext context, HealthReport report) => context.Response.WriteAsJsonAsync(
        new
        {
            report.Status,
            Checks = report.Entries.ToDictionary(
                entry => entry.Key,
                entry => new { entry.Value.Status, Reason = entry.Value.Description, Figures = entry.Value.Data.Count > 0 ? entry.Value.Data : null }),
        },
        Json,
        context.RequestAborted);

    /// <summary>The reasons in a document of <see cref="WriteAsync"/>, one sentence after the other; empty when all is well, or in another document.</summary>
    public static string Reasons(string document)
    {
        try
        {
            return string.Join(' ', JsonDocument.Parse(document).RootElement.GetProperty("checks").EnumerateObject()
                .Select(check => check.Value.TryGetProperty("reason", out var reason) ? reason.GetString() : null)
                .Where(reason => !string.IsNullOrEmpty(reason)));
        }
        catch (Exception error) when (error is JsonException or KeyNotFoundException or InvalidOperationException)
        {
            return ""; // whatever answers there is not ours
        }
    }
}
