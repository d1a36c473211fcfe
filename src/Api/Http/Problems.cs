using System.Text.Json;
using Microsoft.AspNetCore.Diagnostics;
using Microsoft.AspNetCore.Mvc;
using Npgsql;
using Padron.Domain;
using Padron.MartenExtensions.Bulk;

namespace Padron.Api.Http;

/// <summary>Errors as problem details (RFC 9457): <c>type</c> is <c>urn:padron:problem:CODE</c>, and CODE never changes.</summary>
sealed class Problems(IProblemDetailsService problems, ILogger<Problems> log) : IExceptionHandler
{
    public async ValueTask<bool> TryHandleAsync(HttpContext context, Exception exception, CancellationToken cancellationToken)
    {
        var problem = Of(exception);
        if (problem.Status is StatusCodes.Status500InternalServerError)
            log.Failed((context.Features.Get<IExceptionHandlerFeature>()?.Endpoint as RouteEndpoint)?.RoutePattern.RawText, exception);
        if (problem.Status is StatusCodes.Status503ServiceUnavailable)
            context.Response.Headers.RetryAfter = exception is StreamsLoadingException ? "60" : "1"; // an initial load takes minutes
        context.Response.StatusCode = problem.Status!.Value;
        return await problems.TryWriteAsync(new ProblemDetailsContext { HttpContext = context, ProblemDetails = problem });
    }

    public static ProblemDetails Of(Exception exception) => exception switch
    {
        RuleViolationException { Suggestions: [_, ..] suggestions } violation => With("suggestions", suggestions, Of(StatusOf(violation.Code), violation.Code, violation.Message)),
        RuleViolationException violation => Of(StatusOf(violation.Code), violation.Code, violation.Message),
        StreamsLoadingException => Of(StatusCodes.Status503ServiceUnavailable, "register_loading", exception.Message),
        // "Failed to bind parameter …" says what, and not what to do.
        BadHttpRequestException { InnerException: null, StatusCode: StatusCodes.Status400BadRequest } bad when bad.Message.Contains("PhoneNumber", StringComparison.Ordinal) =>
            Of(StatusCodes.Status400BadRequest, "phone_number_invalid", "The path has no phone number: give the ten digits of a Mexican one, or E.164 with + written as %2B."),
        // JSON that is none, or that has a name or a value which nobody knows there.
        BadHttpRequestException { InnerException: JsonException json, StatusCode: StatusCodes.Status400BadRequest } =>
            Of(StatusCodes.Status400BadRequest, "bad_request", $"The body can't be read at {json.Path ?? "its beginning"}: /docs shows what may stand there."),
        FormatException or BadHttpRequestException { StatusCode: StatusCodes.Status400BadRequest } => Of(StatusCodes.Status400BadRequest, "bad_request", exception.Message),
        BadHttpRequestException bad => Of(bad.StatusCode, "bad_request", bad.Message),
        PostgresException { IsTransient: false } => Unexpected,
        NpgsqlException => Of(StatusCodes.Status503ServiceUnavailable, "database_unavailable", "The database does not answer at the moment: try again."),
        _ => Unexpected,
    };

    // What an error of ours says may hold a number or a name, so a client gets a sentence without it, and the log the rest.
    static ProblemDetails Unexpected => Of(StatusCodes.Status500InternalServerError, "internal_error", "Something went wrong on our side; the log has the details.");

    static ProblemDetails Of(int status, string code, string detail) => new()
    {
        Status = status,
        Type = $"urn:padron:problem:{code}",
        Title = code.Replace('_', ' '),
        Detail = detail,
        Extensions = { ["code"] = code },
    };

    static ProblemDetails With(string member, object value, ProblemDetails problem)
    {
        problem.Extensions[member] = value;
        return problem;
    }

    // Unknown: there is no such thing. Conflict: it is not in the state for it, now. Else the command itself breaks a rule.
    static int StatusOf(string code) => code switch
    {
        "idempotency_key_invalid" => StatusCodes.Status400BadRequest,
        "place_unknown" => StatusCodes.Status422UnprocessableEntity, // it stands in the command, not in the path
        _ when code.EndsWith("_unknown", StringComparison.Ordinal) => StatusCodes.Status404NotFound,
        "concurrency_conflict" or "as_of_ahead" or "as_of_unknown_day" or "contact_exists" or "segment_exists" or "delivery_started" or "extraction_not_claimed"
            or "extraction_not_delivered" or "projection_behind" or "projection_held" or "import_running" => StatusCodes.Status409Conflict,
        "file_expired" => StatusCodes.Status410Gone,
        "read_model_behind" or "search_not_ready" => StatusCodes.Status503ServiceUnavailable,
        _ => StatusCodes.Status422UnprocessableEntity,
    };
}

static partial class ProblemLog
{
    /// <param name="endpoint">The route's template: a path may hold a phone number.</param>
    [LoggerMessage(LogLevel.Error, "{Endpoint} failed")]
    public static partial void Failed(this ILogger log, string? endpoint, Exception exception);
}
