using System.Diagnostics;
using Microsoft.AspNetCore.Diagnostics;

namespace Padron.Api.Http;

/// <summary>One line a request, by the template of its route: a path may hold a phone number, and none belongs in a log.</summary>
sealed class RequestLog(RequestDelegate next, ILogger<RequestLog> log)
{
    public async Task InvokeAsync(HttpContext context)
    {
        var started = Stopwatch.GetTimestamp();
        try
        {
            await next(context);
        }
        finally
        {
            // Handling an exception takes the endpoint off the request.
            var endpoint = context.GetEndpoint() ?? context.Features.Get<IExceptionHandlerFeature>()?.Endpoint;
            var route = (endpoint as RouteEndpoint)?.RoutePattern.RawText ?? "(no route)";
            log.Answered(context.Request.Method, route, context.Response.StatusCode, Stopwatch.GetElapsedTime(started).TotalMilliseconds);
        }
    }
}

static partial class RequestLogMessages
{
    [LoggerMessage(LogLevel.Information, "{Method} {Route} {Status} in {Milliseconds:F1} ms")]
    public static partial void Answered(this ILogger log, string method, string route, int status, double milliseconds);
}
