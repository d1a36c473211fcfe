using System.Net;
using System.Text.Json;
using System.Text.Json.Serialization;
using Microsoft.AspNetCore.Diagnostics.HealthChecks;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using Npgsql;
using Padron.Api.Availability;
using Padron.Api.Configuration;
using Padron.Api.Contacts;
using Padron.Api.Extractions;
using Padron.Api.Http;
using Padron.Api.Imports;
using Padron.Api.Projections;
using Padron.Api.Queue;
using Padron.Api.Search;
using Padron.Api.Segments;
using Padron.Application.Extractions;
using Padron.Domain;
using Padron.Domain.Contacts;
using Padron.MartenExtensions.Daemon;

namespace Padron.Api.Serve;

/// <summary>The HTTP process: what it is made of and what it answers.</summary>
static class PadronApp
{
    /// <summary>Of a request, in bytes.</summary>
    public const int LargestBody = 1 << 20;

    /// <summary>Until users exist nobody is asked for a password, so nobody but this machine may ask.</summary>
    /// <exception cref="RuleViolationException"><c>loopback_only</c></exception>
    public static void RequireLoopback(string urls)
    {
        foreach (var url in urls.Split(';', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries))
        {
            var host = Uri.TryCreate(url, UriKind.Absolute, out var uri) ? uri.Host.Trim('[', ']') : throw new FormatException($"'{url}' is not an address such as http://127.0.0.1:8080.");
            if (host != "localhost" && !(IPAddress.TryParse(host, out var address) && IPAddress.IsLoopback(address)))
                throw new RuleViolationException("loopback_only", $"{url} is open to others, and there are no users yet to tell them apart: listen on 127.0.0.1, [::1] or localhost.");
        }
    }

    public static WebApplication Build(
        NpgsqlDataSource dataSource, ContactKey key, ExtractionSpool spool, PadronSettings settings, Action<WebApplicationBuilder>? configure = null)
    {
        var serve = settings.Serve;
        RequireLoopback(serve.Urls);
        var builder = WebApplication.CreateSlimBuilder(new WebApplicationOptions { ContentRootPath = AppContext.BaseDirectory });
        builder.WebHost.UseUrls(serve.Urls).ConfigureKestrel(kestrel => kestrel.Limits.MaxRequestBodySize = LargestBody);

        // ASP.NET's own request log has the path, and a path may have a phone number: RequestLog has the route's template instead.
        builder.Logging.AddFilter("Microsoft.AspNetCore", LogLevel.Warning).AddFilter("Microsoft.AspNetCore.Diagnostics.ExceptionHandlerMiddleware", LogLevel.None);
        builder.Logging.SetMinimumLevel(settings.Log.Level);

        // Marten tells of each page that it folds.
        foreach (var category in (string[])["Marten", "JasperFx", typeof(SqlProjection).FullName!])
            builder.Logging.AddFilter(category, LogLevel.Warning);

        // What fails while it starts is thrown, and whoever started it says it in a sentence; the host would say it before, with a stack.
        var isStarted = false;
        foreach (var category in (string[])["Microsoft.Extensions.Hosting.Internal.Host", "Microsoft.Hosting.Lifetime"])
            builder.Logging.AddFilter(category, level => isStarted && level >= settings.Log.Level);
        if (settings.Log.Format is LogFormat.Json)
            builder.Logging.AddJsonConsole(console => console.UseUtcTimestamp = true);
        builder.Services.AddPadron(dataSource, settings.Reserve.ForImports(), settings.Availability.Thresholds, settings.Projections.DeadLetters)
            .AddContacts(key).AddCache(settings.Cache, key).AddWorkers(spool, settings);
        if (serve.Has(ServeParts.Projections))
            builder.Services.AddProjectionDaemon();
        if (serve.Has(ServeParts.Worker))
            builder.Services.AddHostedService<QueueService>().AddHostedService<ExpiryService>();
        builder.Services.AddSingleton<ProgressStream>().AddSingleton<IdempotentRequests>();
        builder.Services.Configure<HostOptions>(host => host.ShutdownTimeout = settings.Queue.Grace + TimeSpan.FromSeconds(20)); // the worker's grace, and then the rest
        builder.Services.AddProblemDetails().AddExceptionHandler<Problems>();
        builder.Services.Configure<RouteHandlerOptions>(options => options.ThrowOnBadRequest = true);
        builder.Services.ConfigureHttpJsonOptions(options =>
        {
            options.SerializerOptions.Converters.Add(new JsonStringEnumConverter(JsonNamingPolicy.SnakeCaseLower, allowIntegerValues: false));
            options.SerializerOptions.DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull;
        });
        builder.Services.AddOpenApi("v1", options => options.AddOperationTransformer(IdempotentRequests.DescribeAsync));
        builder.Services.AddSingleton(settings.Projections);
        builder.Services.AddHealthChecks().AddCheck<DatabaseHealth>("database", tags: ["ready"]).AddCheck<ProjectionHealth>("projections", tags: ["ready"]);
        if (settings.Cache.Redis is not null)
            builder.Services.AddHealthChecks().AddCheck<CacheHealth>("cache", tags: ["ready"]);
        configure?.Invoke(builder);

        var app = builder.Build();
        app.Lifetime.ApplicationStarted.Register(() => isStarted = true);
        app.UseMiddleware<RequestLog>();
        app.UseExceptionHandler();
        app.UseStatusCodePages();
        app.MapHealthChecks("/health", new HealthCheckOptions { ResponseWriter = HealthDocument.WriteAsync });
        app.MapHealthChecks("/health/live", new HealthCheckOptions { Predicate = _ => false });
        app.MapHealthChecks("/health/ready", new HealthCheckOptions { Predicate = check => check.Tags.Contains("ready"), ResponseWriter = HealthDocument.WriteAsync });
        if (serve.Has(ServeParts.Http))
            app.MapPadron();
        return app;
    }

    static void MapPadron(this WebApplication app)
    {
        app.UseMiddleware<IdempotentRequests>();
        app.MapOpenApi("/openapi/{documentName}.json");
        app.UseSwaggerUI(options =>
        {
            options.RoutePrefix = "docs";
            options.SwaggerEndpoint("/openapi/v1.json", "Padrón v1");
        });
        var api = app.MapGroup("/v1");
        api.MapContacts();
        api.MapSearch();
        api.MapAvailability();
        api.MapSegments();
        api.MapAudiences();
        api.MapExtractions();
        api.MapImports();
        api.MapReferenceTables();
        api.MapProjections();
        api.MapQueue();
    }

    sealed class DatabaseHealth(NpgsqlDataSource dataSource) : IHealthCheck
    {
        public async Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken = default)
        {
            try
            {
                await using var command = dataSource.CreateCommand("select 1");
                await command.ExecuteScalarAsync(cancellationToken);
                return HealthCheckResult.Healthy();
            }
            catch (NpgsqlException error)
            {
                return HealthCheckResult.Unhealthy("The database does not answer.", error);
            }
        }
    }
}
