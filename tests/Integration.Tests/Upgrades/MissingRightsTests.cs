using Npgsql;
using Padron.Integration.Tests.Cli;
using Padron.Integration.Tests.Fixture;

namespace Padron.Integration.Tests.Upgrades;

/// <summary>Database users who may not do what an installation or an upgrade takes.</summary>
public sealed class MissingRightsTests
{
    const string Remedy = "let it own the database of PADRON_DATABASE";

    [Fact]
    public async Task Who_may_not_create_schemas_is_told_so_by_init()
    {
        var connectionString = await PostgresServer.CreateDatabaseAsync();
        await using var dataSource = NpgsqlDataSource.Create(connectionString);
        var user = await CreateUserAsync(dataSource);

        using var padron = new PadronInstallation(As(user, connectionString));
        padron.WriteKey(first: 1);
        var refused = await padron.RunAsync("init");

        refused.ShouldHaveFailed(3, "permission denied for database");
        refused.StdErr.ShouldContain(Remedy);
        await ExecuteAsync(dataSource, $"drop owned by {user}; drop role {user}");
    }

    [Fact]
    public async Task Who_may_write_but_not_change_tables_is_told_so_when_the_program_is_newer_than_the_register()
    {
        await using var register = await OldRegister.RestoreAsync();
        await using var dataSource = NpgsqlDataSource.Create(register.ConnectionString);
        var user = await CreateUserAsync(dataSource);
        await ExecuteAsync(dataSource, $"""
            do $$
            declare
                schema text;
            begin
                for schema in select nspname from pg_namespace where nspname !~ '^(pg_|information_schema)' loop
                    execute format('grant usage on schema %I to {user}', schema);
                    execute format('grant all on all tables in schema %I to {user}', schema);
                    execute format('grant all on all sequences in schema %I to {user}', schema);
                end loop;
            end $$
            """);

        register.Padron.Environment["PADRON_DATABASE"] = As(user, register.ConnectionString);
        var refused = await register.Padron.RunAsync("availability");
        register.Padron.Environment["PADRON_DATABASE"] = register.ConnectionString;

        refused.ShouldHaveFailed(3, "The database user may not do this (");
        refused.StdErr.ShouldContain(Remedy);
        (await register.AskAsync("availability")).ShouldHold(OldRegister.Before.GetProperty("availability")); // by its owner
        await ExecuteAsync(dataSource, $"drop owned by {user}; drop role {user}");
    }

    static async Task<string> CreateUserAsync(NpgsqlDataSource dataSource)
    {
        var user = $"reader_{Guid.NewGuid():N}";
        await ExecuteAsync(dataSource, $"create role {user} login password 'sesame'");
        return user;
    }

    static string As(string user, string connectionString) =>
        new NpgsqlConnectionStringBuilder(connectionString) { Username = user, Password = "sesame" }.ConnectionString;

    static async Task ExecuteAsync(NpgsqlDataSource dataSource, string sql)
    {
        await using var command = dataSource.CreateCommand(sql);
        await command.ExecuteNonQueryAsync();
    }
}
