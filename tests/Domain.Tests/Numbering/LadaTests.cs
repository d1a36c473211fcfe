using Padron.Domain.Numbering;

namespace Padron.Domain.Tests.Numbering;

public sealed class LadaTests
{
    [Fact]
    public void There_are_413_LADAs_and_four_of_them_have_two_digits()
    {
        Ladas.All.Count.ShouldBe(413);
        Ladas.All.Select(place => place.Lada).ShouldBeUnique();
        Ladas.All.Where(place => place.Lada.Length == 2).Select(place => place.Lada).ShouldBe(["33", "55", "56", "81"]);
        Ladas.All.ShouldAllBe(place => place.Lada.Length == 2 || place.Lada.Length == 3);
    }

    [Fact]
    public void No_three_digit_LADA_begins_with_a_two_digit_one() =>
        Ladas.All.Where(place => place.Lada.Length == 3 && Ladas.Find(place.Lada[..2]) is not null).ShouldBeEmpty();

    [Fact]
    public void No_LADA_begins_with_52_so_a_country_code_is_never_mistaken_for_one() =>
        Ladas.All.ShouldAllBe(place => !place.Lada.StartsWith("52") && place.Lada[0] >= '2');

    [Fact]
    public void Every_state_of_a_LADA_exists_and_every_state_has_a_LADA()
    {
        Ladas.All.Where(place => place.StateCode is not null).ShouldAllBe(place => MexicanStates.Find(place.StateCode!) != null);
        Ladas.All.Select(place => place.StateCode).OfType<string>().Distinct().Count().ShouldBe(32);
        Ladas.All.Where(place => place.StateCode is null).Select(place => place.Lada).ShouldBe(["359", "440"]);
        Ladas.All.Where(place => place.City is null).Select(place => place.Lada).ShouldBe(["224", "359", "440", "596"]);
    }

    [Theory]
    [InlineData(5512345678, "55")]
    [InlineData(5599999999, "55")]
    [InlineData(5600000000, "56")]
    [InlineData(3312345678, "33")]
    [InlineData(8112345678, "81")]
    [InlineData(8212345678, "821")]
    [InlineData(2221234567, "222")]
    [InlineData(9999999999, "999")]
    [InlineData(8001234567, "800")] // has no LADA; its head is what a reader expects to see
    public void The_LADA_is_two_digits_in_four_cities_and_three_elsewhere(long national, string lada) =>
        Lada.Of(PhoneNumber.Mexican(national)).ShouldBe(lada);

    [Fact]
    public void The_same_LADA_is_the_same_string() =>
        Lada.Of(PhoneNumber.Mexican(5512345678)).ShouldBeSameAs(Lada.Of(PhoneNumber.Mexican(5598765432)));

    [Fact]
    public void A_number_of_another_country_has_no_LADA()
    {
        Should.Throw<InvalidOperationException>(() => Lada.Of(new PhoneNumber(12135550100)));
        Ladas.Find(new PhoneNumber(12135550100)).ShouldBeNull();
    }

    [Fact]
    public void A_LADA_is_found_by_text_number_and_phone()
    {
        var mexicoCity = new LadaPlace("55", "Ciudad de México", "CDMX");
        Ladas.Find("55").ShouldBe(mexicoCity);
        Ladas.Find(55).ShouldBe(mexicoCity);
        Ladas.Find(PhoneNumber.Mexican(5512345678)).ShouldBe(mexicoCity);
        Ladas.Find("427").ShouldBe(new("427", "San Juan del Río", "QRO")); // Google's metadata has it in Quintana Roo
        Ladas.Find(PhoneNumber.Mexican(8001234567)).ShouldBeNull();
    }

    [Theory]
    [InlineData("551")]
    [InlineData("055")]
    [InlineData("5")]
    [InlineData("")]
    [InlineData("5555")]
    [InlineData("2a2")]
    [InlineData("-55")]
    [InlineData("800")]
    public void What_is_no_LADA_is_not_found(string text) => Ladas.Find(text).ShouldBeNull();

    [Fact]
    public void A_number_outside_the_table_is_not_found()
    {
        Ladas.Find(-1).ShouldBeNull();
        Ladas.Find(551).ShouldBeNull();
        Ladas.Find(1000).ShouldBeNull();
    }

    [Theory]
    [InlineData("55", "55")]
    [InlineData("551", "55")]
    [InlineData("332", "33")]
    [InlineData("569", "56")]
    [InlineData("811", "81")]
    [InlineData("222", "222")]
    [InlineData(" (222) ", "222")]
    [InlineData("055", "55")]
    [InlineData("222.0", "222")]
    [InlineData("800", null)]
    [InlineData("5", null)]
    [InlineData("5512", null)]
    [InlineData("Puebla", null)]
    [InlineData("", null)]
    [InlineData(null, null)]
    public void A_column_is_read_with_its_slices_of_two_digit_LADAs(string? text, string? lada) => Lada.FromColumn(text).ShouldBe(lada);
}
