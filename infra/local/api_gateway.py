"""Importing a REST API's definition as API Gateway does: all of it, and over what is there.

MiniStack's own import leaves out gateway responses, binary types and what a mock answers, routes
to `{id}` before its literal siblings, and makes a second API when a definition changes.
"""

from typing import Any

Json = dict[str, Any]


def install(v1: Any, provisioners: Any) -> None:
    """Mend MiniStack's `apigateway_v1` service and its CloudFormation provisioners."""
    import_operation, update = v1._import_operation, provisioners._apigw_rest_api_update

    def import_whole_operation(
        api_id: str, resource: str, method: str, operation: Json, *security: Any
    ) -> None:
        import_operation(api_id, resource, method, operation, *security)
        integration = operation.get("x-amazon-apigateway-integration", {})
        stored = v1._resources[api_id][resource]["resourceMethods"][method]["methodIntegration"]
        if stored is None:
            return
        stored["requestTemplates"] = integration.get("requestTemplates", {})
        stored["contentHandling"] = integration.get("contentHandling")
        for pattern, response in integration.get("responses", {}).items():
            status = response["statusCode"]
            v1._put_method_response(api_id, resource, method, status, {})
            v1._put_integration_response(
                api_id,
                resource,
                method,
                status,
                {**response, "selectionPattern": "" if pattern == "default" else pattern},
            )

    def import_rest_api(spec: Json, data: Json | None = None) -> str:
        named = {"name": spec.get("info", {}).get("title", "unnamed"), **(data or {})}
        _, _, body = v1._create_rest_api(named)
        api_id = str(v1.json.loads(body)["id"])
        put_rest_api(v1, api_id, spec)
        return api_id

    def update_in_place(api_id: str, old: Json, new: Json, *names: Any, **kwargs: Any) -> Any:
        if new.get("Body") != old.get("Body"):
            put_rest_api(v1, api_id, new["Body"])
        return update(api_id, {**old, "Body": new.get("Body")}, new, *names, **kwargs)

    v1._import_operation = import_whole_operation
    v1._import_rest_api = import_rest_api
    provisioners._apigw_rest_api_update = update_in_place
    handlers = provisioners._RESOURCE_HANDLERS["AWS::ApiGateway::RestApi"]
    handlers["update"] = update_in_place


def put_rest_api(v1: Any, api_id: str, spec: Json) -> None:
    """`PutRestApi` with `mode=overwrite`: the API keeps its id and becomes the definition."""
    resources = v1._resources[api_id]
    root = next(resource for resource in resources.values() if resource["path"] == "/")
    root["resourceMethods"] = {}
    for resource_id in [key for key in resources if key != root["id"]]:
        del resources[resource_id]
    schemes = v1._import_security_schemes(api_id, spec)
    for path in sorted(spec.get("paths", {})):  # "{" sorts last: literal siblings come first
        v1._import_path_item(api_id, path, spec["paths"][path], schemes, spec.get("security"))
    v1._rest_apis[api_id]["binaryMediaTypes"] = spec.get(
        "x-amazon-apigateway-binary-media-types", []
    )
    v1._gateway_responses[api_id] = {}
    for kind, response in spec.get("x-amazon-apigateway-gateway-responses", {}).items():
        v1._put_gateway_response(api_id, kind, response)
